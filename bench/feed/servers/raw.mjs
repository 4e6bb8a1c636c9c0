// The floor: sockets that are sent one buffer each, by nothing but `ws`; and what the operation's id may cost on top.
//   raw.mjs shared      the same whole message for all, which graphql-transport-ws does not allow
//   raw.mjs whole       opening and payload copied into one message for each socket
//   raw.mjs fragments   opening and payload as two fragments, by the public interface
//   raw.mjs framed      the same two fragments framed by hand, below the public interface
import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';
import { batchOf, eventOf, listening, serve } from './serve.mjs';

const TEXT = { binary: false };
const [, , how = 'shared'] = process.argv;
const rooms = new Map();
const server = createServer();
const wss = new WebSocketServer({ server, perMessageDeflate: false });

wss.on('connection', (socket) => {
  socket.on('message', (data) => {
    const { type, id, payload } = JSON.parse(data);
    if (type === 'connection_init') return socket.send('{"type":"connection_ack"}');
    const opening = Buffer.from(`{"id":"${id}","type":"next","payload":`);
    const room = rooms.get(payload.variables.topic) ?? new Set();
    rooms.set(payload.variables.topic, room.add({ socket, opening, head: frame(opening, 0x01) }));
  });
});

/** Header and bytes of one unmasked frame. */
function frame(bytes, first) {
  const length = bytes.length;
  const header =
    length < 126 ? Buffer.from([first, length]) : Buffer.from([first, 126, length >> 8, length & 255]);
  return Buffer.concat([header, bytes]);
}

const WAYS = {
  shared: (payload) => {
    const message = Buffer.concat([Buffer.from('{"id":"0","type":"next","payload":'), payload]);
    return ({ socket }) => socket.send(message, TEXT);
  },
  whole:
    (payload) =>
    ({ socket, opening }) =>
      socket.send(Buffer.concat([opening, payload], opening.length + payload.length), TEXT),
  fragments:
    (payload) =>
    ({ socket, opening }) => {
      socket.send(opening, { binary: false, fin: false });
      socket.send(payload, { binary: false, fin: true });
    },
  framed: (payload) => {
    const tail = frame(payload, 0x80);
    return ({ socket: { _socket }, head }) => {
      _socket.cork();
      _socket.write(head);
      _socket.write(tail);
      _socket.uncork();
    };
  },
};

serve(await listening(server), {
  publish(topics, events, id) {
    for (const topic of topics) {
      const list = Array.from({ length: events }, (_, n) => eventOf(id + n));
      const send = WAYS[how](Buffer.from(`${JSON.stringify({ data: { feed: batchOf(list) } })}}`));
      for (const each of rooms.get(topic) ?? []) send(each);
    }
  },
});
