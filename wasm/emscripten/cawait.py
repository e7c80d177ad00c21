# The port: `emcc app.c --use-port=.../cawait.py -o app.js` compiles with it, builds the library for this Emscripten once, and links it
# with its JavaScript half, libcawait.js. It must not know what is in either.
# With --use-port=.../cawait.py:checked=1, while developing, misuse is reported with file and line.

import glob
import hashlib
import os
import re

from tools import shared, utils

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
DIST = os.path.join(ROOT, 'dist')
HEADERS = os.path.join(DIST, 'include')
SOURCES = os.path.join(DIST, 'wasm/toolchain/sources.txt')
SCRIPTS = os.path.join(DIST, 'js')
RSP = os.path.join(DIST, 'cawait.rsp')
INSTANCES = ('wasm/js/workers.c', 'wasm/js/async_work.c', 'wasm/js/memos.c', 'wasm/no_threads.c')  # threads are instead of them
OLDEST = 4  # before, emcc's clang has no coroutines for C

URL = 'https://www.npmjs.com/package/cawait'
DESCRIPTION = 'asyncio for C: async functions, tasks, promises as awaitables'
LICENSE = 'MIT license'
OPTIONS = {'checked': 'report misuse with file and line: 1, or 0 (default)'}

checked = False


def refuse(why):
  utils.exit_with_error(f'cawait: {why}')


def handle_options(options, error_handler):
  global checked
  value = options.get('checked', '0')
  if value not in ('0', '1'):
    error_handler(f'checked is 0 or 1, not {value}')
  checked = value == '1'


def groups(threads):
  with open(SOURCES) as file:
    lines = [line.split() for line in file if line.strip() and not line.startswith('#')]
  wanted = ('core', 'js', 'emscripten', 'pthread') if threads else ('core', 'js', 'emscripten')
  return [path for group, path in lines if group in wanted and not (threads and path in INSTANCES)]


def library(threads):
  """Its name says what it was made of: Emscripten keeps one by its name alone."""
  digest = hashlib.sha256()
  folders = (os.path.join(ROOT, 'src'), os.path.join(ROOT, 'wasm'), HEADERS)
  inputs = [os.path.join(folder, name) for top in folders for folder, _, names in os.walk(top)
            for name in names if name.endswith(('.c', '.h'))]
  for path in [*sorted(inputs), SOURCES, RSP]:
    with open(path, 'rb') as file:
      digest.update(file.read())
  return f'libcawait-{"threads-" if threads else ""}{"checked-" if checked else ""}{digest.hexdigest()[:12]}.a'


def flags():
  return [f'@{RSP}', *(['-DCAW_CHECKED'] if checked else [])]


def get(ports, settings, shared):
  threads = bool(settings.PTHREADS)
  version = utils.EMSCRIPTEN_VERSION if hasattr(utils, 'EMSCRIPTEN_VERSION') else shared.EMSCRIPTEN_VERSION
  if int(version.split('.')[0]) < OLDEST:
    refuse(f'async functions in C need Emscripten {OLDEST} or newer, this is {version}')

  def create(final):
    own = [*flags(), *(['-pthread'] if threads else []), '-include', os.path.join(HERE, 'imports.h'), *(['-O1', '-g'] if checked else [])]
    folders = [HEADERS, os.path.join(ROOT, 'src'), os.path.join(ROOT, 'wasm')]
    ports.build_port(ROOT, final, 'cawait', includes=folders, flags=own, srcs=groups(threads))

  return [shared.cache.get_lib(library(threads), create, what='port')]


def clear(ports, settings, shared):
  shared.cache.erase_lib(library(bool(settings.PTHREADS)))


def linker_setup(ports, settings):
  for name, why in {
    'MAIN_MODULE': 'dynamic linking needs code of its own kind, which async functions are not',
    'SIDE_MODULE': 'dynamic linking needs code of its own kind, which async functions are not',
    'MEMORY64': 'its pointers have 32 bits',
    'PROXY_TO_PTHREAD': 'JavaScript\'s half is in the main thread, and so is main(): start a thread there for what blocks, or an executor',
    'WASM_WORKERS': 'its threads have no thread-local memory of the C library\'s: use -pthread',
    'WASM2JS': 'it is for WebAssembly, not for JavaScript made of it',
    'STANDALONE_WASM': 'without Emscripten\'s JavaScript it is built by npx cawait build --cc emcc, or CMake\'s cawait::js',
  }.items():
    if getattr(settings, name, 0):
      refuse(f'-s{name} cannot be: {why}')
  settings.JS_LIBRARIES.append(os.path.join(HERE, 'libcawait.js'))
  if settings.USE_CLOSURE_COMPILER:
    settings.CLOSURE_ARGS.append(f'--externs={externs()}')


def externs():
  """For --closure 1: properties keep their names if they are a word of our scripts. C, the program and the user know them by these."""
  words = set()
  for path in glob.glob(f'{glob.escape(SCRIPTS)}/**/*.js', recursive=True):
    with open(path, encoding='utf-8') as file:
      words.update(re.findall(r'[A-Za-z_$][\w$]*', file.read()))
  with shared.get_temp_files().get('.js', prefix='cawait_externs_') as file:
    file.write(''.join(f'/** @type {{?}} */ Object.prototype.{word};\n' for word in sorted(words)).encode())
    return file.name


def process_args(ports):
  return [*flags(), '-isystem', HEADERS]


def show():
  return f'cawait ({DESCRIPTION}; {LICENSE})'
