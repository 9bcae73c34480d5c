// The verify report: what the hub's own loader found in a model's file when it was uploaded.
import {bytes, el, facts, size, table} from './dom.js';

const count = (n, thing) => `${n} ${thing}${n === 1 ? '' : 's'}`;
const number = (value) => Number(value.toPrecision(6)).toString();

function shape(tensor) {
  const sizes = tensor.shape_signature ?? tensor.shape;
  return sizes ? `[${sizes.map((n) => (n < 0 ? '?' : n)).join(', ')}]` : '';
}

function quantization(tensor) {
  const q = tensor.quantization;
  if (!q) return '';
  if (q.scales?.length === 1) return `scale ${number(q.scales[0])}, zero point ${q.zero_points[0]}`;
  const from = q.least_scale ?? Math.min(...q.scales), to = q.most_scale ?? Math.max(...q.scales);
  return `${q.channels ?? q.scales.length} channels, scales ${number(from)} to ${number(to)}`;
}

const tensors = (caption, list) => [
  el('h4', null, caption),
  table(caption, ['Name', 'Type', 'Shape', 'Quantization'], list.map((tensor) => [
    el('code', null, tensor.name), tensor.type, shape(tensor), quantization(tensor)])),
];

const signatures = (list) => list.map((one) => el('section', {class: 'card'},
  el('h3', null, `Signature ${one.key}`),
  tensors('Inputs', one.inputs), tensors('Outputs', one.outputs)));

const operators = (counts) => el('section', {class: 'card'},
  el('h3', null, 'Operators'),
  table('Operators', ['Operator', 'How many'], Object.entries(counts)
    .sort(([, a], [, b]) => b - a).map(([name, count]) => [el('code', null, name), count])));

function metadata(found) {
  const ends = (found.subgraphs ?? []).flatMap((graph) => [
    ...graph.inputs.map((end) => ['Input', end]), ...graph.outputs.map((end) => ['Output', end])]);
  const told = facts([['Name', found.name], ['Description', found.description],
                      ['Version', found.version], ['Author', found.author],
                      ['Licence', found.license]]);
  if (told.childElementCount === 0 && ends.length === 0) return null;
  return el('section', {class: 'card'}, el('h3', null, 'Metadata'), told,
    ends.length > 0 && table('Inputs and outputs', ['', 'Name', 'Content', 'Description'],
      ends.map(([side, end]) => [side, el('code', null, end.name), end.content ?? '',
                                 end.description])));
}

const files = (list) => el('section', {class: 'card'},
  el('h3', null, 'Files inside'),
  table('Files inside', ['File', 'Size', 'SHA-256'], list.map((file) => [
    el('code', null, file.name), size(file.bytes), el('code', null, file.sha256 ?? '')])));

export function report(found) {
  return el('section', {'aria-labelledby': 'report-heading', class: 'report'},
    el('h2', {id: 'report-heading'}, 'Verify report'),
    el('p', null, 'The hub has verified the structure of this file, and that each of its operators ',
       'runs in this version of the engine.'),
    facts([
      ['Model', found.description],
      ['File', `${bytes(found.bytes)}, schema version ${found.schema_version}`],
      ['Graph', [count(found.subgraphs, 'subgraph'), count(found.tensors, 'tensor'),
                 count(found.operators, 'operator')].join(', ')],
      ['Weights', size(found.constant_bytes)],
      ['Memory to run', found.arena_bytes !== undefined &&
        `${bytes(found.arena_bytes)} for activations, ${bytes(found.packed_bytes)} packed weights`],
    ]),
    signatures(found.signatures ?? []),
    found.operator_counts && operators(found.operator_counts),
    found.metadata && metadata(found.metadata),
    found.associated_files?.length > 0 && files(found.associated_files),
    el('details', null, el('summary', null, 'As JSON'),
       el('pre', {tabindex: '0'}, JSON.stringify(found, null, 2))));
}
