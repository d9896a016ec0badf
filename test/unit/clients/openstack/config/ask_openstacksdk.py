"""Says how openstacksdk reads configurations.

Reads a JSON list of {files, environment, cloud, region, options} from standard input, each with the directory that has its
files, and writes a list of what openstacksdk makes of each: the request by which it would get a token, and the settings. The
search path is fixed when the loader is imported, so each is read by a fork of its own that imports it anew.
"""

import importlib
import json
import os
import sys
import warnings

import requests
from keystoneauth1 import loading, session
from keystoneauth1.identity.base import BaseIdentityPlugin
from openstack.config import loader

SERVICES = ['identity', 'compute', 'image', 'network', 'block-storage', 'object-store']


class Asked(Exception):
    pass


class Probe(session.Session):
    """Answers a question for versions with v3, and stops at what would be posted."""

    def request(self, url, method, **kwargs):
        if method == 'GET':
            base = url.rstrip('/')
            base = base if base.endswith('/v3') else base + '/v3'
            answer = requests.Response()
            answer.status_code = 200
            answer.url = url
            answer.headers['content-type'] = 'application/json'
            link = {'rel': 'self', 'href': base + '/'}
            version = {'id': 'v3.14', 'status': 'stable', 'links': [link]}
            answer._content = json.dumps({'version': version}).encode()
            return answer
        headers = {name.lower(): value for name, value in (kwargs.get('headers') or {}).items()}
        wanted = {name: headers[name] for name in ('authorization', 'x-auth-token') if name in headers}
        raise Asked({'url': url, 'body': kwargs.get('json'), 'headers': wanted})


def request_of(plugin):
    if not isinstance(plugin, BaseIdentityPlugin):
        # What stands for no token is sent as one.
        token = plugin.get_token(None)
        return {'token': None if token == 'notused' else token}
    try:
        plugin.get_auth_ref(Probe())
    except Asked as asked:
        return asked.args[0]
    return None


def interface_of(region, service=None):
    # Catalogues know no "publicURL" any more, and keystoneauth takes it so.
    interface = region.get_interface(service)
    return [each.removesuffix('URL') for each in interface] if isinstance(interface, list) else interface.removesuffix('URL')


def service_of(region, service):
    return {
        'endpoint': region.get_endpoint(service) if service != 'identity' else None,
        'type': region._get_config('service_type', service),
        'name': region.get_service_name(service),
        'region': region.get_region_name(service),
        'interface': interface_of(region, service),
        'microversion': region.get_default_microversion(service),
    }


def read(case):
    config = importlib.reload(loader).OpenStackConfig()
    options = dict(case.get('options') or {})
    if case.get('region'):
        options['region_name'] = case['region']
    region = config.get_one(case.get('cloud'), **options)
    verify, cert = region.get_requests_verify_args()
    timeout = region.config.get('api_timeout')
    return {
        'name': region.name,
        'region': region.get_region_name() or None,
        'interface': interface_of(region),
        'verify': verify,
        'cert': list(cert) if isinstance(cert, tuple) else cert,
        'timeout': float(timeout) if timeout else None,
        'request': request_of(region.get_auth()),
        'services': {service: service_of(region, service) for service in SERVICES},
    }


def read_apart(case):
    out, into = os.pipe()
    child = os.fork()
    if child == 0:
        os.environ.clear()
        os.environ.update(case['environment'])
        os.chdir(case['directory'])
        warnings.simplefilter('ignore')
        sys.stderr = open(os.devnull, 'w')
        try:
            result = read(case)
        except Exception as error:
            result = {'error': f'{type(error).__name__}: {error}'}
        with os.fdopen(into, 'w') as pipe:
            json.dump(result, pipe)
        os._exit(0)
    os.close(into)
    with os.fdopen(out) as pipe:
        text = pipe.read()
    os.waitpid(child, 0)
    return json.loads(text)


# The forks need not look for plugins again.
loading.get_available_plugin_names()
json.dump([read_apart(case) for case in json.load(sys.stdin)], sys.stdout)
