import './typescript.mjs';

const { openTail, readTail } = await import('./drivers.js');

/** A node of its own: ticks, listens and prints what it reads, until somebody kills it. */
const [, , connectionString = '', from = ''] = process.argv;
const tail = await openTail(connectionString);
let position = from === '' ? null : from;
for (;;) {
  await readTail(tail, position, 50, new AbortController().signal, (ids, cursor) => {
    position = cursor;
    process.stdout.write(`${JSON.stringify({ ids, cursor })}\n`);
  }).catch((fault: Error) => {
    if (/refused|reset/.test(fault.message)) throw fault;
  });
  await new Promise((resolve) => setTimeout(resolve, 50));
}
