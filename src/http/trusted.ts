import { readdirSync, readFileSync } from 'node:fs';
import { type DocumentNode, parse, print } from 'graphql';
import type { Asker } from '../auth/may.js';
import { Refusal } from '../errors.js';

/**
 * The documents that a closed installation answers, and that devices are answered everywhere: what its own pages and the
 * contract ask. Compared operation by operation and as printed, so that white space, comments and which of them stand
 * together do not matter.
 */
export class TrustedDocuments {
  private readonly operations: ReadonlySet<string>;

  /** @param isClosed whether everybody is answered these alone, and not only devices */
  constructor(
    texts: readonly string[],
    private readonly isClosed: boolean,
  ) {
    this.operations = new Set(texts.flatMap((text) => parse(text).definitions.map(print)));
  }

  /** Every .graphql file under a folder. */
  static in(folder: string, isClosed: boolean): TrustedDocuments {
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
      file.endsWith('.graphql'),
    );
    return new TrustedDocuments(
      files.map((file) => readFileSync(`${folder}/${file}`, 'utf8')),
      isClosed,
    );
  }

  knows(document: DocumentNode): boolean {
    return document.definitions.every((definition) => this.operations.has(print(definition)));
  }

  /** Whether this asker is answered no other. */
  binds(asker: Asker): boolean {
    return this.isClosed || (!(asker instanceof Refusal) && asker.kind === 'DEVICE');
  }
}
