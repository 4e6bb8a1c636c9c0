import { connect, type Socket } from 'node:net';

/** What came back on a bare connection until the other side hung up. */
export interface Heard {
  readonly status: number;
  readonly text: string;
}

/** Writes these bytes on a connection of its own; no client library would. */
export function dial(address: string): Socket {
  const { hostname, port } = new URL(address);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  return socket;
}

/** Says it and listens until the server hangs up. */
export function say(address: string, bytes: string | Buffer): Promise<Heard> {
  return heard(dial(address), bytes);
}

export function heard(socket: Socket, bytes: string | Buffer): Promise<Heard> {
  let text = '';
  return new Promise((resolve) => {
    socket.on('data', (data) => {
      text += String(data);
    });
    socket.on('close', () => resolve({ status: Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0), text }));
    socket.write(bytes);
  });
}

/** The lines that ask for a socket, with these further headers. */
export const upgrade = (headers: readonly string[] = []): string =>
  [
    'GET /graphql HTTP/1.1',
    'Host: duban',
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: ${Buffer.alloc(16).toString('base64')}`,
    'Sec-WebSocket-Protocol: graphql-transport-ws',
    ...headers,
    '',
    '',
  ].join('\r\n');
