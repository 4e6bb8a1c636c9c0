import { readdirSync, readFileSync } from 'node:fs';
import { type DocumentNode, parse, print } from 'graphql';
import { Refusal } from '../errors.js';

/**
 * The documents a closed installation answers: what its own pages and the contract ask. Compared operation by operation
 * and as printed, so that white space, comments and which of them stand together do not matter.
 */
export class TrustedDocuments {
  private readonly operations: ReadonlySet<string>;

  constructor(texts: readonly string[]) {
    this.operations = new Set(texts.flatMap((text) => parse(text).definitions.map(print)));
  }

  /** Every .graphql file under a folder. */
  static in(folder: string): TrustedDocuments {
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
      file.endsWith('.graphql'),
    );
    return new TrustedDocuments(files.map((file) => readFileSync(`${folder}/${file}`, 'utf8')));
  }

  /** @throws OPERATION_NOT_ALLOWED */
  demand(document: DocumentNode): void {
    if (document.definitions.every((definition) => this.operations.has(print(definition)))) return;
    const sentence = 'This installation answers only the documents it knows; this one is not among them.';
    throw new Refusal('OPERATION_NOT_ALLOWED', sentence);
  }
}
