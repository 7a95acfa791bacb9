// An API's definition as text.

import { CodeView } from '@/components/code/CodeView';

const NAMES: Record<string, string> = {
  openapi: 'OpenAPI',
  asyncapi: 'AsyncAPI',
  graphql: 'GraphQL',
  grpc: 'Protocol Buffers',
};

export default function DefinitionTab({ definition, type }: { definition: string; type: string }) {
  return <CodeView text={definition} label={NAMES[type.toLowerCase()] ?? (type || 'Definition')} />;
}
