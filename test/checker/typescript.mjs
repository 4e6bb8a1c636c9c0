import { registerHooks } from 'node:module';

// Run as TypeScript by Node itself, where `./x.js` in an import means the file `./x.ts`.
registerHooks({
  resolve: (specifier, context, next) => {
    const ours = specifier.startsWith('.') && !context.parentURL?.includes('/node_modules/');
    const isBuilt = specifier.includes('/dist/') || context.parentURL?.includes('/dist/');
    return next(ours && !isBuilt ? specifier.replace(/\.js$/, '.ts') : specifier, context);
  },
});
