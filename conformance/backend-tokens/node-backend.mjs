// A Backstage backend with one plugin, "probe", made of Backstage's own packages: it says how it understood a caller,
// and hands out the tokens that it would call other plugins with. Started with --config FILE.
import { createBackend } from '@backstage/backend-defaults';
import { coreServices, createBackendPlugin } from '@backstage/backend-plugin-api';

const probe = createBackendPlugin({
  pluginId: 'probe',
  register(env) {
    env.registerInit({
      deps: { auth: coreServices.auth, httpAuth: coreServices.httpAuth, httpRouter: coreServices.httpRouter },
      async init({ auth, httpAuth, httpRouter }) {
        const principal = async (request, options) => (await httpAuth.credentials(request, options)).principal;
        httpRouter.use(async (request, response, next) => {
          try {
            switch (request.path) {
              case '/whoami':
                return response.json(await principal(request));
              case '/page':
                return response.json(await principal(request, { allow: ['user'], allowLimitedAccess: true }));
              case '/token': {
                const onBehalfOf =
                  request.query.as === 'self'
                    ? await auth.getOwnServiceCredentials()
                    : await httpAuth.credentials(request, { allow: ['user'] });
                const targetPluginId = String(request.query.target);
                return response.json(await auth.getPluginRequestToken({ onBehalfOf, targetPluginId }));
              }
              default:
                return next();
            }
          } catch (error) {
            return next(error);
          }
        });
        httpRouter.addAuthPolicy({ path: '/page', allow: 'user-cookie' });
      },
    });
  },
});

const backend = createBackend();
backend.add(probe);
await backend.start();
