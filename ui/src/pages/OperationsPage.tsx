export function OperationsPage() {
  return <div />;
}
