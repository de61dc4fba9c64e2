// Validates FHIR by the R4 structure definitions and value sets that the package `fhir` carries.
//
// Standard input: a list of Bundles. Prints a list with the faults of each. A code of a terminology that the package does
// not carry (LOINC, SNOMED CT ...) is a warning of its, and no fault.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fhir from 'fhir/fhir.js';

const validator = new fhir.Fhir();

/** What is wrong with a Bundle. */
export function faults(bundle) {
  const { messages } = validator.validate(bundle, { errorOnUnexpected: true });
  return messages
    .filter(({ severity }) => severity === 'error' || severity === 'fatal')
    .map(({ location, message }) => `${location}: ${message}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.stdout.write(JSON.stringify(JSON.parse(readFileSync(0, 'utf8')).map(faults)));
}
