/** How a runbook is written: reading and checking its text, filling in templates, evaluating conditions. All of it is pure. */
export { ExpressionError } from '../../../platform/expressions/celParts.ts';
export { evaluate, fillIn, fillStep, holds, isRaw, secretsUsed } from './fillIn.ts';
export { resolveInputs } from './inputs.ts';
export { parseRunbook, type ParsedRunbook } from './parse.ts';
export { incidentScope, INCIDENT_FIELDS, type ScopedAlert, type ScopedIncident } from './scope.ts';
export { fillText, TemplateError, textsOf } from './template.ts';
export { everyStep, listsOf, type PlacedStep } from './walk.ts';
