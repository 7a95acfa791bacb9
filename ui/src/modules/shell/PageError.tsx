// A page that failed to draw, and an address that leads nowhere.

import { type ErrorComponentProps, Link } from '@tanstack/react-router';
import { buttonClass } from '@/components/Button';
import { Empty, ErrorNotice } from '@/components/Notice';

export function PageError({ error }: ErrorComponentProps) {
  return (
    <div style={{ padding: 24, maxWidth: 720 }}>
      <ErrorNotice
        title="This page could not be shown"
        error={error}
        onRetry={() => window.location.reload()}
      />
    </div>
  );
}

export function PageMissing() {
  return (
    <Empty
      heading="h1"
      title="There is no page at this address"
      actions={
        <Link to="/catalog" className={buttonClass('primary')}>
          Go to the catalog
        </Link>
      }
    />
  );
}
