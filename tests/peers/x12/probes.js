// probes.js MODULES FOLDER OURS: gives every probe of a folder to the npm peers and to crossdock-x12 (OURS)
// and prints side by side what each says. "silent" is no word about a file that has a fault.
const fs = require('fs');
const path = require('path');
const { createRequire } = require('module');
const { spawnSync } = require('child_process');

const [modules, folder, ours] = process.argv.slice(2);
const load = createRequire(path.join(path.resolve(modules), 'package.json'));
const { X12Parser } = load('node-x12');
const { X12parser } = load('x12-parser');
const tools = load('@stedi/x12-tools');

function guarded(action) {
  try { return action(); } catch (fault) { return `error: ${String(fault.message || fault).slice(0, 30)}`; }
}

function nodeX12(text) {
  return guarded(() => {
    const tree = new X12Parser(true).parse(text);
    const list = tree.interchanges || [tree];
    const sets = list.flatMap(one => one.functionalGroups || []).reduce((sum, group) => sum + group.transactions.length, 0);
    return `${sets} sets`;
  });
}

function x12Parser(text) {
  return new Promise(resolve => {
    let sets = 0, segments = 0, broken = null;
    const parser = new X12parser();
    parser.on('data', segment => { ++segments; sets += segment.name === 'ST' ? 1 : 0; });
    parser.on('error', fault => { broken = `error: ${String(fault.message).slice(0, 30)}`; resolve(broken); });
    parser.on('end', () => resolve(broken || `${sets} sets, ${segments} segments`));
    try { parser.end(text); } catch (fault) { resolve(`error: ${String(fault.message).slice(0, 30)}`); }
    setTimeout(() => resolve('no end'), 2000).unref();
  });
}

function stedi(text) {
  return guarded(() => {
    const answer = tools.ackAsJson(text);
    return answer === undefined ? 'no 997' : `997 ${JSON.stringify(answer).match(/"functional_group_acknowledge_code_01":"(.)"/)?.[1] ?? '?'}`;
  });
}

function crossdock(file) {
  const run = spawnSync(ours, ['read', '--json', file], { encoding: 'utf8' });
  const lines = run.stdout.trim().split('\n').map(line => JSON.parse(line));
  const sets = lines.filter(line => line.kind === 'set').map(line => line.status).join('');
  const codes = [...new Set(lines.filter(line => line.kind === 'finding').map(line => line.code))].join(' ');
  return `${run.status} ${sets || '-'} ${codes}`;
}

(async () => {
  const row = cells => console.log(`| ${cells.join(' | ')} |`);
  row(['probe', 'node-x12 (strict)', 'x12-parser', 'stedi tool', 'ours: exit, sets, findings']);
  row(['---', '---', '---', '---', '---']);
  for (const name of fs.readdirSync(folder).filter(one => one.endsWith('.x12')).sort()) {
    const file = path.join(folder, name);
    const text = fs.readFileSync(file, 'utf8');
    row([name.replace('.x12', ''), nodeX12(text), await x12Parser(text), stedi(text), crossdock(file)]);
  }
})();
