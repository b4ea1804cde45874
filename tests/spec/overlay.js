// overlay.js SPEC OUT.json: ShipEngine's description with two defects cured.
//  - POST /v1/rates requires both shipment_id and shipment, forbids everything else and allows one of
//    the two only, so no body can pass; its inline shipment requires what only a stored shipment has.
//  - Schemas that are made of others (allOf) forbid additional properties, and with that every
//    property of those others; no body can pass.
const fs = require('fs');
const path = require('path');
const yaml = require(path.join(process.cwd(), 'node_modules', 'js-yaml'));

const [, , from, to] = process.argv;
const spec = yaml.load(fs.readFileSync(from, 'utf8'));
const schemas = spec.components.schemas;
if (schemas.rate_shipment_request) {
  delete schemas.calculate_rates_request_body.required;
  delete schemas.calculate_rates_request_body.additionalProperties;
  schemas.shipment_id_request.required = ['shipment_id'];
  schemas.rate_shipment_request.required = ['shipment'];
  schemas.address_validating_shipment.required = ['ship_to', 'ship_from'];
}

const resolved = (schema) => (schema.$ref ? schemas[schema.$ref.split('/').pop()] : schema);
const loosen = (schema) => {
  const own = resolved(schema);
  if (own.additionalProperties === false) delete own.additionalProperties;
  (own.allOf || []).forEach(loosen);
};
const walk = (value) => {
  if (value === null || typeof value !== 'object') return;
  if (Array.isArray(value.allOf)) loosen(value);
  Object.values(value).forEach(walk);
};
walk(spec);
fs.writeFileSync(to, JSON.stringify(spec));
