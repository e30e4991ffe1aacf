import { useParams, useSearchParams } from 'react-router-dom';
import { EmptyState, LinkButton } from '@grafana/ui';
import { incidentKey, incidentNumber, isEndedRun } from '#contract';
import { useIncidentAlertsAhead, useIncidentLanes } from '../../api/useAlerts.ts';
import { useIncident } from '../../api/useIncident.ts';
import { useCan } from '../../api/useMe.ts';
import { useIncidentRuns } from '../../api/useRuns.ts';
import { useIncidentTasks } from '../../api/useTasks.ts';
import { Page } from '../../components/Page.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { useQueryTab } from '../../hooks/useQueryTab.ts';
import { alertFilterFromUrl, alertFilterToQuery } from '../../model/alertFilter.ts';
import { isOpenTask } from '../../model/tasks.ts';
import { INCIDENT_TABS, paths, type IncidentTab } from '../../paths.ts';
import { testIds } from '../../testIds.ts';
import { AlertsTab } from './AlertsTab.tsx';
import { CommsTab } from './CommsTab.tsx';
import { IncidentHeader } from './IncidentHeader.tsx';
import { MobilisationTab } from './MobilisationTab.tsx';
import { OverviewTab } from './OverviewTab.tsx';
import { RunbooksTab } from './RunbooksTab.tsx';
import { TasksTab } from './TasksTab.tsx';
import { TimelineTab } from './TimelineTab.tsx';

export function IncidentPage() {
  const { number } = useParams();
  const parsed = incidentNumber.safeParse(number);
  return parsed.success ? <KnownNumber number={parsed.data} /> : <NoSuchIncident name={number ?? ''} />;
}

const TAB_NAMES: Readonly<Record<IncidentTab, string>> = { overview: 'Overview', timeline: 'Timeline', mobilisation: 'Mobilisation', tasks: 'Tasks', runbooks: 'Runbooks', comms: 'Comms', alerts: 'Alerts' };

function KnownNumber({ number }: { number: number }) {
  const incident = useIncident(number);
  const tab = useQueryTab(INCIDENT_TABS);
  const can = useCan();
  const tasks = useIncidentTasks(number, { enabled: can('listIncidentTasks') });
  const runs = useIncidentRuns(number, { enabled: can('listRuns') });
  const [search] = useSearchParams();
  // asked for beside the incident rather than after it
  useIncidentLanes(number, { enabled: tab === 'overview' });
  useIncidentAlertsAhead(number, alertFilterToQuery(alertFilterFromUrl(search)), { enabled: tab === 'alerts' });

  // also when it was there before: it may have been hidden from the reader meanwhile
  if (incident.error?.code === 'not_found') {
    return <NoSuchIncident name={incidentKey(number)} />;
  }
  const name = incidentKey(number);
  return (
    <Page
      testId={testIds.incident.page}
      smallTitle
      pageNav={{
        text: incident.data === undefined ? name : `${name} ${incident.data.title}`,
        url: paths.incident(number),
        ...(incident.data === undefined
          ? {}
          : {
              children: INCIDENT_TABS.map((id) => ({
                id,
                text: TAB_NAMES[id],
                url: paths.incident(number, id),
                active: id === tab,
                ...(id === 'tasks' && tasks.data !== undefined ? { tabCounter: tasks.data.filter((task) => isOpenTask(task)).length } : {}),
                ...(id === 'runbooks' && runs.data !== undefined ? { tabCounter: runs.data.items.filter(({ state }) => !isEndedRun(state)).length } : {}),
                ...(id === 'alerts' ? { tabCounter: incident.data.alertsTotal } : {}),
              })),
            }),
      }}
      {...(incident.data === undefined ? {} : { subTitle: <IncidentHeader incident={incident.data} /> })}
    >
      <QueryView query={incident} loading={<Skeleton rows={3} height={96} />}>
        {(data) => {
          switch (tab) {
            case 'overview':
              return <OverviewTab incident={data} />;
            case 'timeline':
              return <TimelineTab incident={data} />;
            case 'mobilisation':
              return <MobilisationTab incident={data} />;
            case 'tasks':
              return <TasksTab incident={data} tasks={tasks} />;
            case 'runbooks':
              return <RunbooksTab incident={data} runs={runs} />;
            case 'comms':
              return <CommsTab incident={data} />;
            case 'alerts':
              return <AlertsTab incident={data} />;
          }
        }}
      </QueryView>
    </Page>
  );
}

function NoSuchIncident({ name }: { name: string }) {
  return (
    <Page testId={testIds.incident.page} pageNav={{ text: name }}>
      <EmptyState
        variant="not-found"
        message={`There is no incident ${name}`}
        button={<LinkButton href={paths.incidents}>All incidents</LinkButton>}
      >
        The number may be mistyped, or the incident is not for you to see: it belongs to another organisation, or is private.
      </EmptyState>
    </Page>
  );
}
