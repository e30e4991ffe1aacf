/** Prediction: what is likely to break soon, and when something will be full. */
export { createForesight, type Foresight, type ForesightOptions, type ForesightSnapshot, type Likelihood } from './likelihood/foresight.ts';
export { PRIOR, type Prior } from './likelihood/prior.ts';
export { createForecaster, type Forecast, type Forecaster, type ForecasterOptions, type ForecasterSnapshot } from './forecast/forecaster.ts';
export { breachOf, breachText, type Breach, type Limit } from './forecast/breach.ts';
