/**
 * From what CI systems post to changes. Each shape is read from the members that its documentation
 * names; more members do no harm. Pure.
 *
 * - Muster's own: one change, or `{"changes": […]}`
 * - GitHub `deployment`, `deployment_status`, `release` and `workflow_run` ("Webhook events and payloads" in GitHub's documentation)
 * - GitLab `deployment`, `pipeline` and `release` ("Webhook events" in GitLab's documentation)
 * - Jenkins, by its Notification plugin with the format JSON (the classes `JobState`, `BuildState` and `ScmState` of jenkinsci/notification-plugin)
 * - Argo CD notifications: the application as `{{toJson .app}}` below `app` ("Notifications, Webhook" in Argo CD's documentation)
 */
import { z } from 'zod';
import { changeBody, type ChangeBody, type FieldFault } from '#contract';

/** A change with its time settled. */
export type ReadChange = ChangeBody & { readonly at: string };

export type ChangeParse =
  | {
    readonly ok: true;
    readonly changes: readonly ReadChange[];
    /** Ids of changes that are over, if they were told of before: called off, or outlived. */
    readonly over: readonly string[];
    /** Why there is none, when a well-formed message tells of no change. */
    readonly ignored: string | null;
  }
  | { readonly ok: false; readonly fault: FieldFault };

const text = z.string().nullish();
const id = z.union([z.string(), z.number()]).transform(String);

const github = z.looseObject({
  deployment: z.looseObject({
    id, ref: text, sha: text, task: text, environment: text, description: text, created_at: text, creator: z.looseObject({ login: text }).nullish(),
    payload: z.unknown(),
  }),
  deployment_status: z.looseObject({ state: z.string(), created_at: text, target_url: text, log_url: text, description: text }).optional(),
  repository: z.looseObject({ name: z.string(), html_url: text }),
});

const githubRelease = z.looseObject({
  action: z.string(),
  release: z.looseObject({ id, tag_name: z.string(), name: text, html_url: text, created_at: text, published_at: text, author: z.looseObject({ login: text }).nullish() }),
  repository: z.looseObject({ name: z.string(), html_url: text }),
});

const githubRun = z.looseObject({
  action: z.string(),
  workflow_run: z.looseObject({
    id, name: text, display_title: text, event: text, conclusion: text, head_branch: text, html_url: text, updated_at: text, actor: z.looseObject({ login: text }).nullish(),
  }),
  repository: z.looseObject({ name: z.string(), html_url: text }),
});

const gitlabRelease = z.looseObject({
  object_kind: z.literal('release'), action: z.string(), id, name: text, tag: z.string(), url: text, created_at: text, released_at: text,
  project: z.looseObject({ name: z.string(), web_url: text }), commit: z.looseObject({ author: z.looseObject({ name: text }).nullish() }).nullish(),
});

const jenkins = z.looseObject({
  name: z.string().min(1), url: text,
  build: z.looseObject({
    number: z.number(), phase: z.string(), status: text, full_url: text, timestamp: z.union([z.number(), z.string()]).nullish(),
    scm: z.looseObject({ url: text, branch: text, commit: text, culprits: z.array(z.string()).nullish() }).nullish(),
  }),
});

const gitlabDeployment = z.looseObject({
  object_kind: z.literal('deployment'), status: z.string(), status_changed_at: text, deployment_id: id, deployable_url: text, environment: text,
  project: z.looseObject({ name: z.string(), path_with_namespace: text, web_url: text }), short_sha: text, user: z.looseObject({ name: text, username: text }).nullish(), commit_title: text,
});

const gitlabPipeline = z.looseObject({
  object_kind: z.literal('pipeline'),
  object_attributes: z.looseObject({ id, ref: text, status: z.string(), finished_at: text, created_at: text, url: text, source: text }),
  project: z.looseObject({ name: z.string(), path_with_namespace: text, web_url: text }), user: z.looseObject({ name: text, username: text }).nullish(),
  commit: z.looseObject({ title: text }).nullish(),
});

const argo = z.looseObject({
  app: z.looseObject({
    metadata: z.looseObject({ name: z.string(), namespace: text }),
    spec: z.looseObject({ destination: z.looseObject({ name: text, server: text, namespace: text }).nullish() }).nullish(),
    status: z.looseObject({
      operationState: z.looseObject({
        phase: text, finishedAt: text, startedAt: text, syncResult: z.looseObject({ revision: text }).nullish(),
        operation: z.looseObject({ initiatedBy: z.looseObject({ username: text, automated: z.boolean().nullish() }).nullish() }).nullish(),
      }).nullish(),
      sync: z.looseObject({ revision: text }).nullish(),
    }).nullish(),
  }),
  context: z.looseObject({ argocdUrl: text }).nullish(),
});

const own = z.union([z.object({ changes: z.array(changeBody).min(1).max(1000) }), changeBody]);

/** Finished well or under way: it is in the world. Failed before it began, or waiting: it is not. */
const GITHUB_DONE = new Set(['success', 'in_progress', 'failure', 'error', 'inactive']);
const GITLAB_DONE = new Set(['success', 'failed', 'running']);
/** Nothing more will be done of it. */
const GITHUB_OVER = new Set(['success', 'failure', 'error', 'inactive']);
const GITLAB_OVER = new Set(['success', 'failed', 'canceled']);
/** Runs that try out what is proposed; nothing of them is in the world. */
const TRIALS = new Set(['pull_request', 'pull_request_target', 'merge_group', 'merge_request_event']);
/** Of Jenkins: before a build it tells the result of the one before. */
const JENKINS_OVER = new Set(['COMPLETED', 'FINALIZED']);
const JENKINS_DONE = new Set(['SUCCESS', 'UNSTABLE', 'FAILURE']);
const ARGO_OVER = new Set(['Succeeded', 'Failed', 'Error']);

function nothing(ignored: string, over: readonly string[] = []): ChangeParse {
  return { ok: true, changes: [], over, ignored };
}

/** An instant of the sender as ours; null when there is none that can be read. GitLab writes `2021-04-28 21:50:00 +0200`. */
function instantOf(written: string | number | null | undefined): string | null {
  if (written === null || written === undefined || written === '') return null;
  const ms = typeof written === 'number' ? new Date(written).getTime() : Date.parse(written.replace(/^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) (UTC|[+-]\d{2}:?\d{2})$/, (_all, day: string, time: string, zone: string) => `${day}T${time}${zone === 'UTC' ? 'Z' : zone}`));
  return Number.isNaN(ms) ? null : new Date(ms).toISOString();
}

function short(revision: string | null | undefined): string {
  return (revision ?? '').slice(0, 10);
}

function webAddress(...candidates: readonly (string | null | undefined)[]): string | null {
  return candidates.find((candidate): candidate is string => typeof candidate === 'string' && /^https?:\/\/\S+$/i.test(candidate)) ?? null;
}

/** The faults that matter: those of the shape that the body seems to be. */
function faultOf(error: z.ZodError): FieldFault {
  const [issue] = error.issues;
  if (issue === undefined) return { field: 'body', message: 'is not readable' };
  // A union tells what each of its members missed; the last one is the single change.
  const inner = issue.code === 'invalid_union' ? issue.errors.at(-1)?.[0] : undefined;
  const path = [...issue.path, ...(inner?.path ?? [])];
  return { field: path.length === 0 ? 'body' : path.join('.'), message: (inner ?? issue).message };
}

function changeOf(fields: z.input<typeof changeBody>, nowIso: string): ReadChange {
  const body = changeBody.parse(fields);
  return { ...body, at: new Date(body.at ?? nowIso).toISOString() };
}

function fromGithub(body: z.output<typeof github>, nowIso: string): ChangeParse {
  const { deployment, deployment_status: status, repository } = body;
  if (status !== undefined && !GITHUB_DONE.has(status.state)) return nothing(`deployment status "${status.state}" changes nothing yet`);
  const what = deployment.description ?? `${deployment.ref ?? short(deployment.sha)} to ${deployment.environment ?? 'its environment'}`;
  return {
    ok: true, over: [], ignored: null,
    changes: [changeOf({
      id: `github:${deployment.id}`, kind: 'deploy', state: status !== undefined && GITHUB_OVER.has(status.state) ? 'closed' : 'open', service: repository.name.toLowerCase(), title: what.slice(0, 500) || 'Deployment',
      at: instantOf(status?.created_at ?? deployment.created_at) ?? nowIso, author: deployment.creator?.login || null,
      link: webAddress(status?.log_url, status?.target_url, repository.html_url),
    }, nowIso)],
  };
}

function fromGithubRelease({ action, release, repository }: z.output<typeof githubRelease>, nowIso: string): ChangeParse {
  // A release that is published is told several times: as created, released and published.
  if (action !== 'published') return nothing(`release "${action}" changes nothing`);
  return {
    ok: true, over: [], ignored: null,
    changes: [changeOf({
      id: `github:release:${release.id}`, kind: 'deploy', state: 'closed', service: repository.name.toLowerCase(), title: `Release ${release.name || release.tag_name}`.slice(0, 500),
      at: instantOf(release.published_at ?? release.created_at) ?? nowIso, author: release.author?.login || null, link: webAddress(release.html_url, repository.html_url),
    }, nowIso)],
  };
}

function fromGithubRun({ action, workflow_run: run, repository }: z.output<typeof githubRun>, nowIso: string): ChangeParse {
  if (action !== 'completed' || run.conclusion !== 'success') return nothing(`workflow run "${run.conclusion ?? action}" changes nothing`);
  if (TRIALS.has(run.event ?? '')) return nothing('a workflow run of a pull request changes nothing yet');
  return {
    ok: true, over: [], ignored: null,
    changes: [changeOf({
      id: `github:run:${run.id}`, kind: 'deploy', state: 'closed', service: repository.name.toLowerCase(),
      title: [run.name, run.display_title].filter((part) => part).join(': ').slice(0, 500) || `Workflow on ${run.head_branch ?? 'a branch'}`,
      at: instantOf(run.updated_at) ?? nowIso, author: run.actor?.login || null, link: webAddress(run.html_url, repository.html_url),
    }, nowIso)],
  };
}

function fromGitlabRelease(body: z.output<typeof gitlabRelease>, nowIso: string): ChangeParse {
  if (body.action !== 'create') return nothing(`release "${body.action}" changes nothing`);
  return {
    ok: true, over: [], ignored: null,
    changes: [changeOf({
      id: `gitlab:release:${body.id}`, kind: 'deploy', state: 'closed', service: body.project.name.toLowerCase(), title: `Release ${body.name || body.tag}`.slice(0, 500),
      at: instantOf(body.released_at ?? body.created_at) ?? nowIso, author: body.commit?.author?.name || null, link: webAddress(body.url, body.project.web_url),
    }, nowIso)],
  };
}

/** `https://git.example.com/shop/checkout.git` or `git@git.example.com:shop/checkout.git`. */
function repositoryOf(address: string | null | undefined): string | null {
  return /([^/:]+?)(\.git)?\/*$/.exec(address ?? '')?.[1]?.toLowerCase() ?? null;
}

function fromJenkins({ name, url, build }: z.output<typeof jenkins>, nowIso: string): ChangeParse {
  const id = `jenkins:${(url || name).slice(-150)}#${build.number}`;
  const isOver = JENKINS_OVER.has(build.phase);
  if (!isOver && build.phase !== 'STARTED') return nothing(`build phase "${build.phase}" changes nothing yet`);
  if (isOver && !JENKINS_DONE.has(build.status ?? '')) return nothing(`build status "${build.status ?? ''}" changes nothing`, [id]);
  const commit = short(build.scm?.commit);
  return {
    ok: true, over: [], ignored: null,
    changes: [changeOf({
      id, kind: 'deploy', state: isOver ? 'closed' : 'open', service: repositoryOf(build.scm?.url) ?? name.toLowerCase(),
      title: `${name} #${build.number}${commit === '' ? '' : ` at ${commit}`}`.slice(0, 500), at: instantOf(build.timestamp) ?? nowIso, author: build.scm?.culprits?.[0] || null, link: webAddress(build.full_url),
    }, nowIso)],
  };
}

function fromGitlabDeployment(body: z.output<typeof gitlabDeployment>, nowIso: string): ChangeParse {
  const id = `gitlab:deployment:${body.deployment_id}`;
  if (!GITLAB_DONE.has(body.status)) return nothing(`deployment status "${body.status}" changes nothing yet`, GITLAB_OVER.has(body.status) ? [id] : []);
  return {
    ok: true, over: [], ignored: null,
    changes: [changeOf({
      id, kind: 'deploy', state: GITLAB_OVER.has(body.status) ? 'closed' : 'open', service: body.project.name.toLowerCase(),
      title: (body.commit_title || `${body.short_sha ?? 'A revision'} to ${body.environment ?? 'its environment'}`).slice(0, 500),
      at: instantOf(body.status_changed_at) ?? nowIso, author: body.user?.username || body.user?.name || null, link: webAddress(body.deployable_url, body.project.web_url),
    }, nowIso)],
  };
}

function fromGitlabPipeline(body: z.output<typeof gitlabPipeline>, nowIso: string): ChangeParse {
  const { object_attributes: pipeline } = body;
  if (pipeline.status !== 'success') return nothing(`pipeline status "${pipeline.status}" changes nothing`);
  if (TRIALS.has(pipeline.source ?? '')) return nothing('a pipeline of a merge request changes nothing yet');
  return {
    ok: true, over: [], ignored: null,
    changes: [changeOf({
      id: `gitlab:pipeline:${pipeline.id}`, kind: 'deploy', state: 'closed', service: body.project.name.toLowerCase(), title: (body.commit?.title || `Pipeline of ${pipeline.ref ?? 'a branch'}`).slice(0, 500),
      at: instantOf(pipeline.finished_at ?? pipeline.created_at) ?? nowIso, author: body.user?.username || body.user?.name || null, link: webAddress(pipeline.url, body.project.web_url),
    }, nowIso)],
  };
}

function fromArgo(body: z.output<typeof argo>, nowIso: string): ChangeParse {
  const { metadata, spec, status } = body.app;
  const operation = status?.operationState;
  const revision = operation?.syncResult?.revision ?? status?.sync?.revision;
  const at = instantOf(operation?.finishedAt ?? operation?.startedAt) ?? nowIso;
  const by = operation?.operation?.initiatedBy;
  const base = body.context?.argocdUrl;
  return {
    ok: true, over: [], ignored: null,
    changes: [changeOf({
      id: `argocd:${metadata.namespace ?? ''}/${metadata.name}:${short(revision) || at}:${operation?.startedAt ?? ''}`.slice(0, 200), kind: 'deploy',
      state: ARGO_OVER.has(operation?.phase ?? '') ? 'closed' : 'open', service: metadata.name.toLowerCase(),
      clusters: spec?.destination?.name ? [spec.destination.name.toLowerCase()] : [], title: `Sync to ${short(revision) || 'the newest revision'}`,
      at, author: by?.username || (by?.automated === true ? 'Argo CD' : null), link: webAddress(base === null || base === undefined ? null : `${base.replace(/\/+$/, '')}/applications/${metadata.name}`),
    }, nowIso)],
  };
}

function fromOwn(body: z.output<typeof own>, nowIso: string): ChangeParse {
  const changes = 'changes' in body ? body.changes : [body];
  return { ok: true, over: [], ignored: null, changes: changes.map((change) => ({ ...change, at: new Date(change.at ?? nowIso).toISOString() })) };
}

function parseAs<S extends z.ZodType>(schema: S, body: unknown, read: (value: z.output<S>, nowIso: string) => ChangeParse, nowIso: string): ChangeParse {
  const checked = schema.safeParse(body);
  if (!checked.success) return { ok: false, fault: faultOf(checked.error) };
  try {
    return read(checked.data, nowIso);
  } catch (error) {
    // The sender's shape fits, but a part of it does not fit a change: a name of a thousand letters.
    if (error instanceof z.ZodError) return { ok: false, fault: faultOf(error) };
    throw error;
  }
}

/** Reads a posted body. Which shape it is, its own members say; no header is needed. `now` is taken where it names no time. */
export function parseChanges(body: unknown, now: Date): ChangeParse {
  const nowIso = now.toISOString();
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return { ok: false, fault: { field: 'body', message: 'must be an object' } };
  if ('object_kind' in body && body.object_kind === 'deployment') return parseAs(gitlabDeployment, body, fromGitlabDeployment, nowIso);
  if ('object_kind' in body && body.object_kind === 'pipeline') return parseAs(gitlabPipeline, body, fromGitlabPipeline, nowIso);
  if ('object_kind' in body && body.object_kind === 'release') return parseAs(gitlabRelease, body, fromGitlabRelease, nowIso);
  if ('object_kind' in body && typeof body.object_kind === 'string') return nothing(`GitLab event "${body.object_kind.slice(0, 100)}" tells of no change`);
  if ('deployment' in body && 'repository' in body) return parseAs(github, body, fromGithub, nowIso);
  if ('release' in body && 'repository' in body) return parseAs(githubRelease, body, fromGithubRelease, nowIso);
  if ('workflow_run' in body && 'repository' in body) return parseAs(githubRun, body, fromGithubRun, nowIso);
  // GitHub's first message to a new webhook.
  if ('zen' in body && 'hook_id' in body) return nothing('GitHub says hello');
  if ('repository' in body && 'sender' in body) return nothing('this event of GitHub tells of no change');
  if ('build' in body && 'name' in body) return parseAs(jenkins, body, fromJenkins, nowIso);
  if ('app' in body) return parseAs(argo, body, fromArgo, nowIso);
  return parseAs(own, body, fromOwn, nowIso);
}
