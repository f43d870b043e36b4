import { app } from '@azure/functions';
import { services } from '../shared/services.js';

// Models are looked for as soon as the app has started, but the host is not kept waiting: calls wait instead.
app.hook.appStart(() => {
  const built = services();
  built.start().catch((error: unknown) => {
    built.log.error(`the models could not be listed: ${String(error)}`);
  });
});

app.hook.appTerminate(async () => {
  await services().close();
});
