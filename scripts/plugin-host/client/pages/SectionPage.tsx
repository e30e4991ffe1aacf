import type { NavModelItem } from '@grafana/data';
import { Card, EmptyState, Grid } from '@grafana/ui';
import { homeNav, navTree } from '../nav.ts';
import { Page } from './Page.tsx';

/** A section of the menu without a page of its own: cards that lead to what is in it. */
export function SectionPage({ section }: { section: NavModelItem }) {
  return (
    <Page navModel={{ main: section, node: section }}>
      <Cards items={section.children ?? []} />
    </Page>
  );
}

export function HomePage() {
  const sections = navTree.filter(({ id }) => id !== 'home').flatMap(({ children = [] }) => children);
  return (
    <Page
      navModel={homeNav}
      pageNav={{ text: 'Plugin host' }}
      subTitle="Loads the built plugin as Grafana does, with Grafana's own packages around it. What is not listed here is not part of it."
    >
      <Cards items={sections} />
    </Page>
  );
}

export function NotFoundPage() {
  return (
    <Page navModel={homeNav} pageNav={{ text: 'Page not found' }}>
      <EmptyState variant="not-found" message="Page not found">
        The plugin host has only the pages of its menu.
      </EmptyState>
    </Page>
  );
}

function Cards({ items }: { items: NavModelItem[] }) {
  return (
    <Grid minColumnWidth={34} gap={2}>
      {items.map(({ text, subTitle, url, img }) => (
        <Card key={text} noMargin href={url ?? '/'}>
          <Card.Heading>{text}</Card.Heading>
          {img !== undefined && (
            <Card.Figure>
              <img src={img} alt="" width={40} height={40} />
            </Card.Figure>
          )}
          <Card.Description>{subTitle}</Card.Description>
        </Card>
      ))}
    </Grid>
  );
}
