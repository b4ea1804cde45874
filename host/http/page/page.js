// Draws the page from the host's own API and draws again when the host's revision moves. Whatever
// comes from outside is set as text, never as markup.
'use strict';

const byId = (id) => document.getElementById(id);

// make('td', {class: 'soft'}, 'text', node, ...)
function make(tag, attributes, ...children) {
  const out = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (name.startsWith('on')) out.addEventListener(name.slice(2), value);
    else if (value !== undefined && value !== false) out.setAttribute(name, value);
  }
  out.append(...children.filter((child) => child !== undefined && child !== null));
  return out;
}

async function ask(path, method = 'GET') {
  const answer = await fetch(path, {method});
  const body = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(body.detail || `${path}: ${answer.status}`);
  return body;
}

const kGood = ['running', 'closed', 'shipped', 'delivered', 'done', 'posted', 'accepted', 'active'];
const kBad = ['failed', 'quarantined', 'rejected', 'dead_lettered', 'poison', 'crashed', 'refused'];
const word = (text) => make('span', {
  class: 'word ' + (kGood.includes(text) ? 'good' : kBad.includes(text) ? 'bad' : 'wait'),
}, text.replaceAll('_', ' '));

const clock = (instant) => instant
  ? make('time', {datetime: instant, title: instant}, instant.slice(0, 10) + ' ' + instant.slice(11, 23))
  : '';

// A head that ends in # stands over numbers.
function table(element, heads, rows, nothing) {
  element.replaceChildren(
    make('thead', {}, make('tr', {}, ...heads.map((head) =>
      make('th', {scope: 'col', class: head.endsWith('#') ? 'number' : undefined}, head.replace('#', ''))))),
    make('tbody', {}, ...(rows.length ? rows
      : [make('tr', {}, make('td', {class: 'empty', colspan: heads.length}, nothing))])));
  return element;
}
const row = (cells, attributes) =>
  make('tr', attributes, ...cells.map((cell) => cell instanceof HTMLTableCellElement ? cell : make('td', {}, cell)));

function drawNumbers(service) {
  byId('state').textContent = service.not_ready_because || 'ready';
  byId('state').className = service.not_ready_because ? 'wait' : 'good';
  const names = {accepted: 'accepted', delivered: 'delivered', dead_lettered: 'dead letters', pending: 'pending', repeats: 'repeats'};
  byId('numbers').replaceChildren(...Object.entries(names).map(([key, name]) =>
    make('div', {}, make('dt', {}, name), make('dd', {}, service.counters[key].toLocaleString('en')))));
}

async function act(path, method) {
  try {
    await ask(path, method);
  } catch (fault) {
    alert(fault.message);
  }
  await draw();
}

function drawConnectors(connectors) {
  byId('connectors').replaceChildren(...connectors.map((one) => make('li', {},
    make('div', {class: 'top'}, make('strong', {}, one.name), word(one.paused ? 'paused' : one.state)),
    make('p', {class: 'soft'}, one.plugin + (one.plugin_version ? ' ' + one.plugin_version : '') +
      (one.restarts ? `, started again ${one.restarts} ×` : '')),
    make('p', {}, `${one.emitted} in, ${one.delivered} out, ${one.pending} waiting` +
      (one.dead_lettered ? `, ${one.dead_lettered} dead letters` : '')),
    one.reason || one.trouble ? make('p', {class: 'wait'}, one.reason || one.trouble) : null,
    make('p', {},
      one.paused
        ? make('button', {onclick: () => act(`/v1/connectors/${encodeURIComponent(one.name)}/resume`, 'PUT')}, 'resume')
        : make('button', {onclick: () => act(`/v1/connectors/${encodeURIComponent(one.name)}/pause`, 'PUT')}, 'pause'), ' ',
      make('button', {onclick: () => act(`/v1/connectors/${encodeURIComponent(one.name)}/restart`, 'POST')}, 'restart')))));
}

const picked = () => decodeURIComponent((location.hash.match(/^#order\/(.+)$/) || [])[1] || '');

function drawOrders(orders) {
  table(byId('orders'), ['PO number', 'Channel', 'Customer', 'Status', 'Came', 'Order'], orders.map((one) => row([
    make('a', {href: '#order/' + encodeURIComponent(one.id)}, one.po_number), one.channel, one.customer || '',
    word(one.status), clock(one.created_at), make('code', {class: 'soft'}, one.id),
  ], {class: one.id === picked() ? 'picked' : undefined})), 'no order yet');
}

// Which steps the order has behind it, and which only in part.
function wayOf(order, timeline) {
  const sum = (lines, key) => lines.reduce((total, line) => total + Number(line[key] || 0), 0);
  const wanted = sum(order.lines, 'ordered') - sum(order.lines, 'cancelled');
  const reserved = (order.reservations || []).filter((one) => one.warehouse)
    .reduce((total, one) => total + Number(one.quantity) - Number(one.released || 0), 0);
  const shipments = order.shipments || [];
  const degree = (some, all) => some <= 0 ? '' : some >= all ? 'done' : 'part';
  const told = (type) => timeline.some((line) => line.type.includes(type) && line.what === 'delivered');
  return [
    ['captured', 'done'],
    ['reserved', degree(reserved, wanted)],
    ['labelled', degree(shipments.filter((one) => one.tracking_number).length, shipments.length)],
    ['released', degree(shipments.filter((one) => one.state !== 'planned').length, shipments.length)],
    ['shipped', degree(sum(order.lines, 'shipped'), wanted)],
    ['invoiced', degree(sum(order.lines, 'invoiced'), wanted)],
    ['answered', told('order.acknowledged') ? 'done' : ''],
  ];
}

async function drawOrder() {
  const section = byId('order-section');
  if (!picked()) {
    section.hidden = true;
    return;
  }
  let found;
  try {
    found = await ask('/v1/trace/' + encodeURIComponent(picked()));
  } catch (fault) {
    section.hidden = false;
    section.replaceChildren(make('div', {class: 'panel bad'}, fault.message));
    return;
  }
  const {order, timeline} = found;
  if (!order) {
    section.hidden = true;
    return;
  }
  const scroll = (element) => make('div', {class: 'scroll'}, element);
  section.hidden = false;
  section.replaceChildren(make('div', {class: 'panel'},
    make('div', {class: 'bar'},
      make('h2', {}, `${order.channel} PO ${order.po_number} `, word(order.status)),
      make('a', {href: '#', class: 'end'}, 'close')),
    make('code', {class: 'soft'}, order.id),
    order.trouble ? make('p', {class: 'bad'}, order.trouble) : null,
    make('ol', {class: 'way', 'aria-label': 'the way of this order'}, ...wayOf(order, timeline).map(([step, state]) =>
      make('li', {class: state || undefined}, step + (state === 'part' ? ' in part' : '')))),
    make('h3', {}, 'Lines'),
    scroll(table(make('table', {}), ['Line', 'SKU', 'Ordered#', 'Cancelled#', 'Shipped#', 'Invoiced#'],
      order.lines.map((line) => row([line.line, line.sku,
        ...['ordered', 'cancelled', 'shipped', 'invoiced'].map((key) => make('td', {class: 'number'}, line[key]))])), 'no lines')),
    make('h3', {}, 'Shipments'),
    scroll(table(make('table', {}), ['Warehouse', 'State', 'Carrier', 'Tracking', 'SSCC', 'Shipped'],
      (order.shipments || []).map((one) => row([one.warehouse, word(one.state), `${one.carrier} ${one.service}`.trim(),
        one.tracking_number, make('code', {}, one.sscc), clock(one.shipped_at)])), 'none yet')),
    make('h3', {}, 'Invoices'),
    scroll(table(make('table', {}), ['ERP number', 'State', 'Total#'],
      (order.invoices || []).map((one) => row([one.number, word(one.state), make('td', {class: 'number'}, `${one.total} ${one.currency}`)])), 'none yet')),
    make('h3', {}, 'Timeline'),
    scroll(table(make('table', {}), ['At', 'What', 'Message', 'From', 'To', 'Outcome'],
      timeline.map((line) => row([clock(line.at), word(line.what), make('code', {}, line.type.replace(/^crossdock\./, '')),
        line.source, line.destination, [line.outcome, line.reference, line.reason].filter(Boolean).join(' · ')])), 'nothing yet'))));
}

function drawDead(letters) {
  table(byId('dead'), ['At', 'For', 'Message', 'Why', ''], letters.map((one) => row([
    clock(one.at), one.destination, make('code', {}, one.type.replace(/^crossdock\./, '')), one.reason,
    one.discarded ? make('span', {class: 'soft'}, 'closed')
      : make('button', {onclick: () => act(`/v1/dead-letters/${encodeURIComponent(one.id)}/replay`, 'POST')}, 'replay'),
  ])), 'none: everything was delivered or waits its turn');
}

function fillStatuses(orders) {
  const select = byId('filter').elements.status;
  const known = new Set([...select.options].map((option) => option.value));
  for (const status of new Set(orders.map((one) => one.status))) {
    if (!known.has(status)) select.append(make('option', {value: status}, status.replaceAll('_', ' ')));
  }
}

async function draw() {
  const wanted = new URLSearchParams({limit: 200});
  for (const [name, value] of new FormData(byId('filter'))) {
    if (value.trim()) wanted.set(name, value.trim());
  }
  const [service, connectors, orders, dead] = await Promise.all(
    [ask('/v1/service'), ask('/v1/connectors'), ask('/v1/orders?' + wanted), ask('/v1/dead-letters?limit=100')]);
  drawNumbers(service);
  drawConnectors(connectors.connectors);
  fillStatuses(orders.orders);
  drawOrders(orders.orders);
  drawDead(dead.dead_letters);
  await drawOrder();
}

let seen = -1;
async function look() {
  try {
    const {revision} = await ask('/v1/revision');
    if (revision !== seen) {
      await draw();
      seen = revision;
    }
  } catch (fault) {
    byId('state').textContent = 'the host does not answer';
    byId('state').className = 'bad';
    seen = -1;
  }
  setTimeout(look, 1000);
}

byId('filter').addEventListener('submit', (event) => event.preventDefault());
byId('filter').addEventListener('input', () => draw());
addEventListener('hashchange', () => draw());
look();
