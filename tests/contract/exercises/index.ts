/** How each operation of the API is called so that it succeeds. The compiler asks for one for each. */
import type { OperationName } from '../../../backend/contract/index.ts';
import type { Exercises } from '../stage.ts';
import { accessExercises } from './access.ts';
import { agentExercises } from './agents.ts';
import { alertExercises } from './alerts.ts';
import { automationExercises } from './automation.ts';
import { catalogExercises } from './catalog.ts';
import { backTestExercises } from './backtests.ts';
import { commsExercises } from './comms.ts';
import { correlationExercises } from './correlation.ts';
import { detectorExercises } from './detectors.ts';
import { drillExercises } from './drills.ts';
import { grafanaExercises } from './grafana.ts';
import { incidentExercises } from './incidents.ts';
import { incidentSettingsExercises } from './incidentSettings.ts';
import { insightExercises } from './insight.ts';
import { judgementExercises } from './judgements.ts';
import { learningExercises } from './learning.ts';
import { noiseExercises } from './noise.ts';
import { notificationExercises } from './notifications.ts';
import { privacyExercises } from './privacy.ts';
import { runbookSecretExercises } from './runbookSecrets.ts';
import { runbookExercises } from './runbooks.ts';
import { runExercises } from './runs.ts';
import { scheduleExercises } from './schedules.ts';
import { sourceExercises } from './sources.ts';
import { statusPageExercises } from './statusPage.ts';
import { subscriptionExercises } from './subscriptions.ts';
import { systemExercises } from './system.ts';
import { taskExercises } from './tasks.ts';
import { escalationExercises } from './escalation.ts';
import { peopleExercises } from './people.ts';
import { warRoomExercises } from './warRooms.ts';

export const EXERCISES: Exercises<OperationName> = {
  ...accessExercises,
  ...incidentExercises,
  ...privacyExercises,
  ...taskExercises,
  ...commsExercises,
  ...statusPageExercises,
  ...peopleExercises,
  ...escalationExercises,
  ...warRoomExercises,
  ...subscriptionExercises,
  ...runbookExercises,
  ...runExercises,
  ...automationExercises,
  ...agentExercises,
  ...detectorExercises,
  ...drillExercises,
  ...notificationExercises,
  ...runbookSecretExercises,
  ...incidentSettingsExercises,
  ...alertExercises,
  ...sourceExercises,
  ...grafanaExercises,
  ...judgementExercises,
  ...learningExercises,
  ...noiseExercises,
  ...backTestExercises,
  ...correlationExercises,
  ...catalogExercises,
  ...scheduleExercises,
  ...insightExercises,
  ...systemExercises,
};
