/** Anomaly detection in series: pure, online, small. */
export { DEFAULT_ALARMS_A_WEEK } from './allowance.ts';
export { createDetector, SCORE_OF_FINDING, type Band, type Detector, type DetectorOptions, type Reading, type Views } from './detector.ts';
export { forgetFindings } from './detectors/findingStore.ts';
export { provisionDetectors } from './detectors/provisioning.ts';
export { createReaders, QueryFault, seriesKeyOf, type ReaderPorts, type Readers, type ReadSeries } from './detectors/readers/index.ts';
export { createDetectors, type Detectors, type DetectorOperation } from './detectors/index.ts';
