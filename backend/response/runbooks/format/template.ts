/** Templates of runbooks: those of the platform. */
export { ESCAPES, fillText, holesOf, parseTemplate, pathText, TemplateError, textsOf, type Escape, type Hole } from '../../../platform/templates/template.ts';
