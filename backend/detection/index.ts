/** Anomaly detection in series: pure, online, small. */
export { hoursIn } from './calendar.ts';
export { createDetector, SCORE_OF_FINDING, type Band, type Detector, type DetectorOptions, type Reading, type Views } from './detector.ts';
export { precisionOf } from './figures.ts';
export { createDetectors, type AlertingDetector, type Around, type Detectors, type DetectorShading, type DetectorOperation, type KnownDetector, type NearFinding, type WatchedSeries, type WatchedSource } from './detectors/index.ts';
export { createReaders, QueryFault, seriesKeyOf, type ReaderPorts, type Readers, type ReadSeries } from './detectors/readers/index.ts';
export { forgetFindings } from './detectors/findingStore.ts';
export { provisionDetectors } from './detectors/provisioning.ts';
