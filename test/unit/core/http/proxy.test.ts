import { describe, expect, it } from 'vitest';
import { proxyFor } from '../../../../core/http/proxy.ts';

const proxy = 'http://proxy:3128';

function chosen(url: string, environment: Readonly<Record<string, string>>): string | undefined {
  return proxyFor(new URL(url), environment);
}

describe('the proxy of an address', () => {
  it.each([
    ['http://mirror/a', { HTTP_PROXY: proxy }],
    ['http://mirror/a', { http_proxy: proxy }],
    ['https://mirror/a', { https_proxy: proxy }],
    ['http://mirror/a', { http_proxy: 'proxy:3128' }],
    ['http://mirror.example/a', { http_proxy: proxy, no_proxy: 'other.example, 10.0.0.0/8' }],
    ['http://amirror.example/a', { http_proxy: proxy, no_proxy: 'mirror.example' }],
    ['http://mirror.example/a', { http_proxy: proxy, NO_PROXY: '.mirror.example' }],
    ['http://mirror.example:81/a', { http_proxy: proxy, NO_PROXY: 'mirror.example:80' }],
    ['http://11.0.0.1/a', { http_proxy: proxy, NO_PROXY: '10.0.0.0/8' }],
  ])('of %s by %j is the proxy', (url, environment) => {
    expect(chosen(url, environment)).toBe(proxy);
  });

  it.each([
    ['https://mirror/a', { http_proxy: proxy }],
    ['http://mirror/a', {}],
    ['http://mirror/a', { http_proxy: '' }],
    ['http://mirror/a', { http_proxy: proxy, no_proxy: '*' }],
    ['http://mirror.example/a', { http_proxy: proxy, no_proxy: 'x,Mirror.Example' }],
    ['http://eu.mirror.example/a', { http_proxy: proxy, no_proxy: 'mirror.example' }],
    ['http://eu.mirror.example/a', { http_proxy: proxy, no_proxy: '.mirror.example' }],
    ['http://eu.mirror.example/a', { http_proxy: proxy, no_proxy: '*.mirror.example' }],
    ['http://mirror.example/a', { http_proxy: proxy, no_proxy: 'mirror.example:80' }],
    ['https://mirror.example/a', { https_proxy: proxy, no_proxy: 'mirror.example:443' }],
    ['http://10.1.2.3/a', { http_proxy: proxy, no_proxy: '10.0.0.0/8' }],
    ['http://[fd00::1]:80/a', { http_proxy: proxy, no_proxy: 'fd00::/8' }],
    ['http://[fd00::1]/a', { http_proxy: proxy, no_proxy: '[fd00::1]' }],
    ['http://localhost:8080/a', { http_proxy: proxy }],
    ['http://127.0.0.1/a', { http_proxy: proxy }],
    ['http://[::1]/a', { http_proxy: proxy }],
    ['http://169.254.169.254/latest', { http_proxy: proxy }],
  ])('of %s by %j is none', (url, environment) => {
    expect(chosen(url, environment)).toBeUndefined();
  });
});
