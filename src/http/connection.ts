import { type ClassType, Ctx, Field, Int, ObjectType } from 'type-graphql';
import { type Right, Under } from '../auth/right.js';
import type { Page } from '../db/page.js';
import { writeCursor } from '../events/position.js';
import type { Context } from './context.js';
import { FeedCursor } from './scalars.js';

@Under('WITH_PARENT')
@ObjectType('PageInfo', {
  description: 'Where a page of a list ends (Relay cursor connections, forward only).',
})
export class PageInfoType {
  @Field(() => Boolean, { description: 'True when more follows.' })
  hasNextPage!: boolean;

  @Field(() => String, { nullable: true, description: 'The cursor of the last edge; null on an empty page.' })
  endCursor!: string | null;
}

/** The connection and edge types of one list, under the right of its nodes: `TaskConnection`, `TaskEdge`. */
export function connectionOf<Node extends object>(
  name: string,
  nodeType: ClassType<Node>,
  right: Right,
  description: string,
) {
  @Under(right)
  @ObjectType(`${name}Edge`, { description: `One entry of a ${name}Connection.` })
  class EdgeType {
    @Field(() => String, { description: 'Opaque, signed position of this entry; pass it as `after`.' })
    cursor!: string;

    @Field(() => nodeType, { description: 'The entry itself.' })
    node!: Node;
  }

  @Under(right)
  @ObjectType(`${name}Connection`, { description })
  class ConnectionType {
    @Field(() => [EdgeType], { description: 'The entries of this page, in the order of the list.' })
    edges!: EdgeType[];

    @Field(() => PageInfoType, { description: 'Where this page ends.' })
    pageInfo!: PageInfoType;

    /** The page behind it, kept so that the whole is counted only when somebody asks. */
    page!: Page<object>;

    @Field(() => FeedCursor, {
      description:
        'Where in the log this page is true: a feed from here (`after`) tells of everything that its entries do not show yet, and of nothing that they show. What hangs on an entry may be newer.',
    })
    feedCursor(@Ctx() { sealer, tail }: Context): string {
      return writeCursor(sealer, tail.line, this.page.position);
    }

    @Field(() => Int, { description: 'How many entries the whole list has; counted only when asked for.' })
    totalCount(): Promise<number> {
      return this.page.count();
    }
  }

  return ConnectionType;
}

/** A page as its connection type; the rows are the nodes, read by name. */
export function connect<Connection extends object>(
  type: ClassType<Connection>,
  page: Page<object>,
): Connection {
  return Object.assign(new type(), { edges: page.edges, pageInfo: page.pageInfo, page });
}
