import { Command, freePort } from '../helpers/command.js';
import type { Strike } from './chaos.js';
import { pause } from './driver.js';
import type { Doors } from './drivers.js';

interface Options {
  readonly count: number;
  readonly ownerUrl: string;
  readonly secretsFile: string;
  readonly demoPassword: string;
}

/** Several nodes on one database, each a process of its own that is killed and started again at its port. */
export class Nodes implements Doors {
  private readonly ports: number[] = [];
  private readonly running = new Map<number, Command>();
  private token: Promise<string> | null = null;

  private constructor(private readonly options: Options) {}

  static async start(options: Options): Promise<Nodes> {
    const nodes = new Nodes(options);
    for (let n = 0; n < options.count; n++) {
      const port = await freePort();
      nodes.ports.push(port);
      // One after the other: the first loads the demo.
      await nodes.run(port);
    }
    return nodes;
  }

  addresses = (): string[] => this.ports.map((port) => `http://127.0.0.1:${port}`);

  accessToken = (): Promise<string> => {
    this.token ??= this.signIn();
    return this.token;
  };

  /** Where the feed stands now. */
  async cursor(): Promise<string> {
    const token = await this.accessToken();
    return (await this.ask('{ overview(region: "341200000000") { cursor } }', token)).overview.cursor;
  }

  /** One of the nodes dies, while another serves. */
  kills(every: Strike['every']): Strike {
    return {
      name: 'nodes killed -9',
      every,
      strike: async () => {
        const port = this.ports[Math.floor(Math.random() * this.ports.length)] ?? 0;
        const node = this.running.get(port);
        if (!node || this.running.size < this.ports.length) return 0;
        this.running.delete(port);
        await node.end('SIGKILL');
        await this.run(port);
        return 1;
      },
    };
  }

  async stop(): Promise<void> {
    await Promise.all([...this.running.values()].map((node) => (node.hasEnded ? node.ended : node.end())));
  }

  private async run(port: number): Promise<void> {
    const { ownerUrl, secretsFile } = this.options;
    const env = {
      PORT: String(port),
      DATABASE_URL: ownerUrl,
      SECRETS_FILE: secretsFile,
      DEMO: 'on',
      DEMO_HOUSEHOLDS: '20',
      ACCESS_TOKEN_MINUTES: '600',
      LIMIT_SOCKETS_PER_ACCOUNT: '1000',
      LIMIT_SOCKETS_PER_ADDRESS: '1000',
      LOG_LEVEL: 'warn',
    };
    // The database may be recovering just then.
    for (let attempt = 1; ; attempt++) {
      const node = new Command([process.execPath, 'scripts/start.mjs'], env);
      try {
        await node.says('duban is ready');
        this.running.set(port, node);
        return;
      } catch (fault) {
        await node.ended;
        if (attempt === 20) throw fault;
        await pause(250);
      }
    }
  }

  private async signIn(): Promise<string> {
    const { demoPassword: password } = this.options;
    const document = `mutation ($password: String!) { login(username: "city.office", password: $password) { accessToken } }`;
    return (await this.ask(document, null, { password })).login.accessToken;
  }

  /** Of whichever node answers. */
  // biome-ignore lint/suspicious/noExplicitAny: answers of two documents
  private async ask(query: string, token: string | null, variables: object = {}): Promise<any> {
    for (let attempt = 0; ; attempt++) {
      const address = this.addresses()[attempt % this.ports.length];
      try {
        const response = await fetch(`${address}/graphql`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
          body: JSON.stringify({ query, variables }),
        });
        return ((await response.json()) as { data: object }).data;
      } catch (fault) {
        if (attempt === 100) throw fault;
        await pause(100);
      }
    }
  }
}
