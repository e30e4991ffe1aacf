import { config } from '@grafana/runtime';
import { Dropdown, Menu, ToolbarButton } from '@grafana/ui';
import { hostControl, hostFacts } from '../hostFacts.ts';
import { useMinWidth } from './useMediaQuery.ts';

/** Changes of user and theme load the page anew, as signing in would. */
function go(path: string): void {
  window.location.assign(hostControl(path));
}

/** The host's own switches: who is signed in, the theme, signing of ID tokens. */
export function HostMenu() {
  const { user } = config.bootData;
  const isMedium = useMinWidth('md');
  const isLight = config.theme2.isLight;

  const menu = (
    <Menu header={<strong>Plugin host</strong>}>
      <Menu.Group label="Signed in as">
        {hostFacts.users.map(({ login, name, role, orgName }) => (
          <Menu.Item
            key={login}
            label={name}
            description={`${role}, ${orgName}`}
            icon={login === user.login ? 'check' : 'user'}
            active={login === user.login}
            onClick={() => go(`user?login=${login}`)}
          />
        ))}
      </Menu.Group>
      <Menu.Divider />
      <Menu.Item
        label={isLight ? 'Change to dark theme' : 'Change to light theme'}
        icon="adjust-circle"
        onClick={() => go(`theme?theme=${isLight ? 'dark' : 'light'}`)}
      />
      <Menu.Item
        label={hostFacts.signing ? 'Stop signing ID tokens' : 'Sign ID tokens again'}
        description={hostFacts.signing ? undefined : 'The service must refuse requests without one'}
        icon={hostFacts.signing ? 'lock' : 'unlock'}
        onClick={() => go(`signing?enabled=${String(!hostFacts.signing)}`)}
      />
    </Menu>
  );

  return (
    <Dropdown overlay={menu} placement="bottom-end">
      <ToolbarButton
        imgSrc={user.gravatarUrl}
        imgAlt={user.name}
        isOpen={false}
        aria-label={`Plugin host: ${user.name}`}
      >
        {isMedium ? `${user.name} (${user.orgRole})` : undefined}
      </ToolbarButton>
    </Dropdown>
  );
}
