/**
 * What CI systems post, written down by hand after their documentation, shortened to what matters and
 * filled with made-up values.
 */

/** GitHub documentation, "Webhook events and payloads", event `deployment`. */
export const GITHUB_DEPLOYMENT = {
  action: 'created',
  deployment: {
    id: 710, sha: 'f95f852bd8fca8fcc58a9a2d6c842781e32a215e', ref: 'main', task: 'deploy', payload: {}, original_environment: 'production', environment: 'production',
    description: null, creator: { login: 'ada', id: 1, type: 'User' }, created_at: '2026-03-02T10:00:00Z', updated_at: '2026-03-02T10:00:00Z',
  },
  workflow: null, workflow_run: null,
  repository: { id: 5, name: 'Checkout', full_name: 'example/Checkout', html_url: 'https://github.example.com/example/Checkout' },
  sender: { login: 'ada' },
} as const;

/** The same page, event `deployment_status`. */
export const GITHUB_DEPLOYMENT_STATUS = {
  action: 'created',
  deployment_status: {
    id: 1115, state: 'success', creator: { login: 'ada' }, description: '', environment: 'production', target_url: '',
    created_at: '2026-03-02T10:04:00Z', log_url: 'https://ci.example.com/run/9', environment_url: '',
  },
  deployment: { ...GITHUB_DEPLOYMENT.deployment, description: 'Release 4.2' },
  repository: GITHUB_DEPLOYMENT.repository,
} as const;

/** The same page, event `release`. */
export const GITHUB_RELEASE = {
  action: 'published',
  release: {
    id: 17372790, tag_name: 'v4.3.0', target_commitish: 'main', name: '', draft: false, prerelease: false, author: { login: 'ada', id: 1, type: 'User' },
    created_at: '2026-03-02T10:20:00Z', published_at: '2026-03-02T10:21:00Z', html_url: 'https://github.example.com/example/Checkout/releases/tag/v4.3.0', body: '',
  },
  repository: GITHUB_DEPLOYMENT.repository,
  sender: { login: 'ada' },
} as const;

/** The same page, event `workflow_run`. */
export const GITHUB_RUN = {
  action: 'completed',
  workflow_run: {
    id: 30433642, name: 'Deploy', display_title: 'Raise the pool size', event: 'push', status: 'completed', conclusion: 'success', head_branch: 'main', run_number: 56, workflow_id: 9,
    html_url: 'https://github.example.com/example/Checkout/actions/runs/30433642', created_at: '2026-03-02T10:30:00Z', updated_at: '2026-03-02T10:34:00Z', actor: { login: 'ada' },
  },
  workflow: { id: 9, name: 'Deploy' },
  repository: GITHUB_DEPLOYMENT.repository,
  sender: { login: 'ada' },
} as const;

/** What Jenkins' Notification plugin sends when a build is over, with the format JSON: the fields of its classes JobState, BuildState and ScmState. */
export const JENKINS_BUILD = {
  name: 'deploy-checkout', display_name: 'deploy-checkout', url: 'job/shop/job/deploy-checkout/',
  build: {
    full_url: 'https://jenkins.example.com/job/shop/job/deploy-checkout/18/', number: 18, queue_id: 44, timestamp: 1772446200000, duration: 61000, phase: 'COMPLETED', status: 'SUCCESS',
    url: 'job/shop/job/deploy-checkout/18/', log: '', notes: '', artifacts: {},
    scm: { url: 'git@git.example.com:shop/Checkout.git', branch: 'origin/main', commit: 'c6d86dc654b12425e706bcf951adfe5a8627a517', changes: [], culprits: ['ada'] },
  },
} as const;

/** GitLab documentation, "Webhook events", "Release events". */
export const GITLAB_RELEASE = {
  object_kind: 'release', action: 'create', id: 7, name: '4.3', tag: 'v4.3', description: '', created_at: '2026-03-02 10:40:00 UTC', released_at: '2026-03-02 10:41:00 UTC',
  url: 'https://gitlab.example.com/shop/payments/-/releases/v4.3',
  project: { id: 30, name: 'payments', web_url: 'https://gitlab.example.com/shop/payments', path_with_namespace: 'shop/payments', default_branch: 'main' },
  commit: { id: '279484c0', title: 'Raise the pool size', author: { name: 'Bo Byte' } },
} as const;

/** GitLab documentation, "Webhook events", "Deployment events". */
export const GITLAB_DEPLOYMENT = {
  object_kind: 'deployment', status: 'success', status_changed_at: '2026-03-02 11:00:00 +0100', deployment_id: 15, deployable_id: 796,
  deployable_url: 'https://gitlab.example.com/shop/payments/-/jobs/796', environment: 'production', environment_tier: 'production',
  project: { id: 30, name: 'payments', web_url: 'https://gitlab.example.com/shop/payments', namespace: 'shop', path_with_namespace: 'shop/payments', default_branch: 'main' },
  short_sha: '279484c0', user: { id: 1, name: 'Bo Byte', username: 'bo', email: '[REDACTED]' },
  user_url: 'https://gitlab.example.com/bo', commit_url: 'https://gitlab.example.com/shop/payments/-/commit/279484c0', commit_title: 'Raise the pool size',
} as const;

/** The same page, "Pipeline events". */
export const GITLAB_PIPELINE = {
  object_kind: 'pipeline',
  object_attributes: {
    id: 31, iid: 3, ref: 'main', tag: false, sha: 'bcbb5ec396a2c0f828686f14fac9b80b780504f2', source: 'push', status: 'success', detailed_status: 'passed',
    stages: ['build', 'deploy'], created_at: '2026-03-02 10:55:00 UTC', finished_at: '2026-03-02 11:03:00 UTC', duration: 480, url: 'https://gitlab.example.com/shop/ledger/-/pipelines/31',
  },
  user: { id: 1, name: 'Bo Byte', username: 'bo' },
  project: { id: 31, name: 'Ledger', web_url: 'https://gitlab.example.com/shop/ledger', path_with_namespace: 'shop/ledger', default_branch: 'main' },
  commit: { id: 'bcbb5ec396a2c0f828686f14fac9b80b780504f2', title: 'Book twice at most', message: 'Book twice at most\n', author: { name: 'Bo Byte' } },
  builds: [],
} as const;

/** Argo CD documentation, "Notifications": a webhook whose body is `{"app": {{toJson .app}}, "context": {{toJson .context}}}`. */
export const ARGO_SYNC = {
  app: {
    apiVersion: 'argoproj.io/v1alpha1', kind: 'Application',
    metadata: { name: 'orders', namespace: 'argocd' },
    spec: { destination: { name: 'EU-1', namespace: 'orders' }, project: 'default', source: { repoURL: 'https://git.example.com/orders', path: 'deploy', targetRevision: 'HEAD' } },
    status: {
      operationState: {
        phase: 'Succeeded', startedAt: '2026-03-02T10:10:00Z', finishedAt: '2026-03-02T10:11:00Z', message: 'successfully synced',
        operation: { initiatedBy: { username: 'cleo' }, sync: { revision: '53e28ff20cc530b9ada2173fbbd64d48338583ba' } },
        syncResult: { revision: '53e28ff20cc530b9ada2173fbbd64d48338583ba', resources: [] },
      },
      sync: { status: 'Synced', revision: '53e28ff20cc530b9ada2173fbbd64d48338583ba' }, health: { status: 'Healthy' },
    },
  },
  context: { argocdUrl: 'https://argocd.example.com' },
} as const;

/** Muster's own shape. */
export const OWN_CHANGE = {
  id: 'flag-77', kind: 'flag', service: 'Checkout', clusters: ['eu-1'], at: '2026-03-02T12:00:00+02:00', title: 'New basket for everybody', author: 'ada', link: 'https://flags.example.com/77',
} as const;
