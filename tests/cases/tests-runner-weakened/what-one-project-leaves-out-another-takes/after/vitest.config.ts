import { defaultExclude, defineConfig } from 'vitest/config'

const serialTests = ['test/git.test.ts', 'test/watch.test.ts']

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'main',
          include: ['test/**/*.test.ts'],
          exclude: [...defaultExclude, ...serialTests],
        },
      },
      {
        test: {
          name: 'serial',
          include: serialTests,
          fileParallelism: false,
        },
      },
    ],
  },
})
