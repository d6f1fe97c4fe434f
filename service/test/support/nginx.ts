import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

function isInstalled(): boolean {
  try {
    execFileSync('nginx', ['-v'], { stdio: 'ignore' });
    return true;
  } catch (error) {
    if (process.env['CI'])
      throw new Error('nginx is not installed: apt-get install nginx-light.', { cause: error });
    console.warn('\n*** SKIPPED: nginx is not installed; its tests do not run. ***\n');
    return false;
  }
}

/** Whether there is an nginx for tests, which CI needs. */
export const hasNginx = isInstalled();

/** Whose workers must read a folder of root's, where root runs tests. */
const AS_ROOT = process.getuid?.() === 0 ? 'user root; ' : '';
const site = (folder: string) => join(folder, 'mcp-auth.conf');

/** Gives an nginx that runs another file of `conf.d`, as `nginx -s reload` does. */
export async function reloadNginx(nginx: ChildProcess, folder: string, configuration: string): Promise<void> {
  await writeFile(site(folder), configuration);
  nginx.kill('SIGHUP');
}

/** Runs nginx with a file of `conf.d`, in a folder of its own. */
export async function startNginx(folder: string, configuration: string): Promise<ChildProcess> {
  await writeFile(site(folder), configuration);
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${folder}/${name};`,
  );
  await writeFile(
    join(folder, 'nginx.conf'),
    `${AS_ROOT}pid ${folder}/pid; worker_processes 1; daemon off; error_log stderr;
events {}
http { access_log off; ${temporary.join(' ')} include ${site(folder)}; }`,
  );
  return spawn('nginx', ['-e', 'stderr', '-p', folder, '-c', join(folder, 'nginx.conf')], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}
