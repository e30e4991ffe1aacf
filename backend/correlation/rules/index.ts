/** Correlation rules that people write. */
export { compileRules, findRuleFaults, type CompiledRule, type RuleFault } from './ruleSet.ts';
export { advanceRules, emptyRuleState, type RuleMatch, type RuleState } from './ruleWindow.ts';
