import { ApolloServerErrorCode } from '@apollo/server/errors';
import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  NoSchemaIntrospectionCustomRule,
  parse,
  specifiedRules,
  validate,
} from 'graphql';
import type { Asker } from '../auth/may.js';
import { Refusal } from '../errors.js';
import type { Limits } from '../limits.js';
import { demandBounded } from './structure.js';
import type { TrustedDocuments } from './trusted.js';
import { demandSmall } from './variables.js';
import { demandCheap } from './weight.js';

/** What a client wants to have executed. */
export interface Asked {
  readonly query: string;
  readonly operationName?: string | null;
  readonly variables?: Record<string, unknown> | null;
}

/** By which door it came: HTTP answers once, a socket goes on answering. */
export type Door = 'http' | 'socket';

/** The document to execute, or why nothing is executed. */
export type Verdict =
  | { readonly document: DocumentNode; readonly refusals: null }
  | { readonly document: null; readonly refusals: readonly GraphQLError[] };

export interface PipelineOptions {
  readonly schema: GraphQLSchema;
  /** Whether the schema may be read, and so guessed from suggestions. */
  readonly introspection: boolean;
  readonly trusted: TrustedDocuments;
  readonly limits: Limits;
}

/** Documents remembered as good; what is refused is not worth remembering. */
const REMEMBERED = 200;

/** A document that may be executed, and whether it is one of the trusted. */
interface Good {
  readonly text: string;
  readonly document: DocumentNode;
  readonly isKnown: boolean;
}

/** Several faults found by one step. */
class Faults extends Error {
  constructor(readonly errors: readonly GraphQLError[]) {
    super();
  }
}

/**
 * What every request goes through before anything of it is executed, whichever door it came by: the same document with
 * the same variables is refused with the same code on both. The cheap steps come first.
 */
export class Pipeline {
  private readonly good = new Map<string, Good>();
  private readonly rules;

  constructor(private readonly options: PipelineOptions) {
    this.rules = options.introspection
      ? specifiedRules
      : [...specifiedRules, NoSchemaIntrospectionCustomRule];
  }

  judge(asked: Asked, door: Door, asker: Asker): Verdict {
    const { schema, limits } = this.options;
    try {
      demandSmall(asked.variables, limits);
      const document = this.document(asked.query, asker);
      demandOperation(document, asked.operationName, door);
      demandCheap(schema, { ...asked, document }, limits.cost);
      return { document, refusals: null };
    } catch (fault) {
      if (fault instanceof Faults) return { document: null, refusals: fault.errors };
      if (fault instanceof GraphQLError) return { document: null, refusals: [fault] };
      throw fault;
    }
  }

  /** The text itself, as it was first sent when it is remembered. */
  known(text: string): string {
    return this.good.get(text)?.text ?? text;
  }

  /** Read, bounded, trusted and valid; the same text is looked at once. */
  private document(text: string, asker: Asker): DocumentNode {
    const remembered = this.good.get(text);
    if (remembered) this.demandKnown(remembered.isKnown, asker);
    const good = remembered ?? this.examine(text, asker);
    this.good.delete(text);
    this.good.set(text, good);
    if (this.good.size > REMEMBERED) this.good.delete(this.good.keys().next().value ?? '');
    return good.document;
  }

  private examine(text: string, asker: Asker): Good {
    const { schema, introspection, trusted, limits } = this.options;
    const document = parsed(text, limits);
    demandBounded(document, limits);
    const isKnown = trusted.knows(document);
    this.demandKnown(isKnown, asker);
    const faults = validate(schema, document, this.rules, {
      maxErrors: limits.errors,
      hideSuggestions: !introspection,
    });
    // One sentence once: a document may make the same mistake in every place.
    const distinct = [...new Map(faults.map((fault) => [fault.message, fault])).values()];
    if (distinct.length > 0)
      throw new Faults(
        distinct.map((fault) => withCode(fault, ApolloServerErrorCode.GRAPHQL_VALIDATION_FAILED)),
      );
    return { text, document, isKnown };
  }

  /** Before it is compared with the schema, which whoever is bound must not guess. */
  private demandKnown(isKnown: boolean, asker: Asker): void {
    if (isKnown || !this.options.trusted.binds(asker)) return;
    const sentence =
      'Only the documents that the installation knows are answered here; this is none of them.';
    throw new Refusal('OPERATION_NOT_ALLOWED', sentence);
  }
}

function parsed(text: string, { tokens, comments, documentLength }: Limits): DocumentNode {
  try {
    return parse(text, {
      maxLexicalTokens: tokens,
      maxComments: comments,
      maxSourceLength: documentLength,
    });
  } catch (fault) {
    const code = ApolloServerErrorCode.GRAPHQL_PARSE_FAILED;
    if (fault instanceof GraphQLError) throw withCode(fault, code);
    // The parser calls itself for every level; where many tokens are allowed, the stack is the bound.
    if (fault instanceof RangeError)
      throw new GraphQLError('The document is nested too deep to be read.', { extensions: { code } });
    throw fault;
  }
}

/** @throws OPERATION_RESOLUTION_FAILURE · OPERATION_NOT_ALLOWED */
function demandOperation(document: DocumentNode, operationName: string | null | undefined, door: Door): void {
  const operation = getOperationAST(document, operationName);
  if (!operation) {
    const code = ApolloServerErrorCode.OPERATION_RESOLUTION_FAILURE;
    throw new GraphQLError('Name one of the operations of this document.', { extensions: { code } });
  }
  const isSubscription = operation.operation === 'subscription';
  if (door === 'http' && isSubscription)
    throw new Refusal('OPERATION_NOT_ALLOWED', 'Subscriptions go over the WebSocket at /graphql.');
  if (door === 'socket' && !isSubscription)
    throw new Refusal('OPERATION_NOT_ALLOWED', 'Sockets take subscriptions only; send this one over HTTP.');
}

/** Says which step refused; a refusal inside keeps its own code. */
export function withCode(error: GraphQLError, code: string): GraphQLError {
  const { message, nodes, source, positions, path } = error;
  const originalError = error.originalError ?? error;
  return new GraphQLError(message, { nodes, source, positions, path, originalError, extensions: { code } });
}
