import type { PluginInclude, PluginJson } from './pluginFiles.ts';
import { hasRole, type HostUser } from './users.ts';

export interface NavLink {
  id?: string;
  text: string;
  subTitle?: string;
  icon?: string;
  img?: string;
  url: string;
  pluginId?: string;
  children?: NavLink[];
}

/** The main menu of a user. The app stands under "More apps", where Grafana puts it unless an admin moves it. */
export function buildNavTree(app: PluginJson, user: HostUser): NavLink[] {
  const appLink = buildAppLink(app, user);
  return [
    { id: 'home', text: 'Home', icon: 'home-alt', url: '/' },
    {
      id: 'dashboards/browse',
      text: 'Dashboards',
      subTitle: 'Create and manage dashboards to visualize your data',
      icon: 'apps',
      url: '/dashboards',
      children: [{ id: 'demo-dashboard', text: 'Demo dashboard', subTitle: 'Shows the nested panels', url: '/d/demo' }],
    },
    ...(appLink === undefined
      ? []
      : [
          {
            id: 'apps',
            text: 'More apps',
            subTitle: 'App plugins that extend the Grafana experience',
            icon: 'layer-group',
            url: '/apps',
            children: [appLink],
          },
        ]),
    ...(hasRole(user, 'Admin')
      ? [
          {
            id: 'cfg',
            text: 'Administration',
            subTitle: 'Organization: ' + user.orgName,
            icon: 'cog',
            url: '/admin',
            children: [
              {
                id: 'plugins',
                text: 'Plugins',
                subTitle: 'Extend the Grafana experience with plugins',
                icon: 'plug',
                url: '/plugins',
                children: [{ text: app.name, url: `/plugins/${app.id}` }],
              },
            ],
          },
        ]
      : []),
  ];
}

/** The link to the app leads to its default page, which is not listed again below it. No pages: no link. */
function buildAppLink(app: PluginJson, user: HostUser): NavLink | undefined {
  const pages = app.includes.filter((include) => isPageInNav(include) && hasRole(user, include.role ?? 'Viewer'));
  if (pages.length === 0) return undefined;
  const url = pages.find((page) => page.defaultNav)?.path ?? `/a/${app.id}`;
  return {
    id: `plugin-page-${app.id}`,
    text: app.name,
    subTitle: app.info.description,
    img: `/public/plugins/${app.id}/${app.info.logos.small}`,
    url,
    pluginId: app.id,
    children: pages.flatMap((page) =>
      page.path === undefined || page.path === url
        ? []
        : [{ text: page.name, url: page.path, pluginId: app.id, ...(page.icon !== undefined && { icon: page.icon }) }]
    ),
  };
}

function isPageInNav(include: PluginInclude): boolean {
  return include.type === 'page' && include.addToNav === true && include.path !== undefined;
}
