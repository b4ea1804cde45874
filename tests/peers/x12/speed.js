// speed.js MODULES PEER FILE: reads the file with a peer and prints "SECONDS FOUND", start-up left out.
const fs = require('fs');
const { createRequire } = require('module');
const path = require('path');

const [modules, peer, file] = process.argv.slice(2);
const load = createRequire(path.join(path.resolve(modules), 'package.json'));

// Time of the processor, as the other measurements of the benchmark have it.
function now() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

function finish(start, found) {
  console.log(`${(now() - start).toFixed(6)} ${found}`);
}

// Counts the objects that come out of a stream, or out of node-x12's, which drops them.
function stream(parser, event) {
  const start = now();
  let found = 0;
  fs.createReadStream(file, { encoding: 'utf8' }).pipe(parser)
    .on(event, () => { ++found; })
    .on('error', fault => { console.error(String(fault)); process.exit(1); })
    .on('end', () => finish(start, found));
  return parser;
}

switch (peer) {
  case 'node-x12 stream': {
    const { X12Parser } = load('node-x12');
    stream(new X12Parser({ strict: false }), 'data').resume();
    break;
  }
  case 'x12-parser': {
    const { X12parser } = load('x12-parser');
    stream(new X12parser(), 'data');
    break;
  }
  case 'node-x12 parse': {
    const { X12Parser } = load('node-x12');
    const start = now();
    const text = fs.readFileSync(file, 'utf8');
    const tree = new X12Parser(true).parse(text);
    const sets = tree.functionalGroups.reduce((sum, group) => sum + group.transactions.length, 0);
    finish(start, sets);
    break;
  }
  default: {
    const tools = load('@stedi/x12-tools');
    const start = now();
    const text = fs.readFileSync(file, 'utf8');
    if (peer === 'stedi 997') {
      finish(start, (tools.ack(text, '1', '1').match(/AK5/g) || []).length);
    } else {
      finish(start, JSON.stringify(tools.metadata(text)).length);
    }
  }
}
