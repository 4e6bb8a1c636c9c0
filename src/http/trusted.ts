import { readdirSync, readFileSync } from 'node:fs';
import { type DocumentNode, parse, print } from 'graphql';
import { Refusal } from '../errors.js';

/**
 * The documents a closed installation answers: what its own pages and the contract ask. Compared as printed, so that
 * white space and comments do not matter.
 */
export class TrustedDocuments {
  private readonly texts: ReadonlySet<string>;

  constructor(texts: readonly string[]) {
    this.texts = new Set(texts.map((text) => print(parse(text))));
  }

  /** Every .graphql file of a folder, one document each. */
  static in(folder: string): TrustedDocuments {
    const files = readdirSync(folder).filter((file) => file.endsWith('.graphql'));
    return new TrustedDocuments(files.map((file) => readFileSync(`${folder}/${file}`, 'utf8')));
  }

  /** @throws OPERATION_NOT_ALLOWED */
  demand(document: DocumentNode): void {
    if (this.texts.has(print(document))) return;
    const sentence = 'This installation answers only the documents it knows; this one is not among them.';
    throw new Refusal('OPERATION_NOT_ALLOWED', sentence);
  }
}
