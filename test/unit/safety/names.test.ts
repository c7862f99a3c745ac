import assert from 'node:assert/strict';
import { classify } from '../../../src/safety/vocabulary/classify';

const called = (module: string, name: string) => classify(module, name).called;

describe('Names that a list knows', () => {
  it('are known through other modules as well', () => {
    assert.equal(called('torch._tensor', 'torch.hub.load'), 'dangerous');
    assert.equal(called('random', '_os.system'), 'dangerous');
    assert.equal(called('pip._vendor.distlib.scripts', 'ScriptMaker'), 'dangerous');
  });

  it('are no worse under the name that Python 2 had for them', () => {
    assert.equal(classify('__builtin__', 'len').tier, 'library');
    assert.equal(classify('__builtin__', 'eval').tier, 'dangerous');
    assert.equal(classify('commands', 'getoutput').tier, 'dangerous');
  });

  it('are fine where torch writes them itself, in the middle of what runs code', () => {
    assert.equal(classify('torch.distributed.checkpoint.filesystem', '_StorageInfo').built, 'torch');
    assert.equal(classify('torch.distributed.checkpoint.filesystem', 'FileSystemReader').built, 'dangerous');
    assert.equal(classify('torch._dynamo.decorators', '_DimRange').built, 'torch');
    assert.equal(called('torch._dynamo.guards', 'GuardBuilder.get'), 'dangerous');
  });

  it('are fine as classes of what is pickled, and not when they are called', () => {
    for (const module of ['numpy', 'numpy.core.memmap', 'numpy._core.memmap']) {
      assert.equal(called(module, 'memmap'), 'dangerous', module);
      assert.notEqual(classify(module, 'memmap').tier, 'dangerous', module);
    }
    assert.equal(called('cv2', 'VideoCapture'), 'dangerous');
    assert.equal(classify('cv2', 'VideoCapture').built, 'library');
  });

  it('are dangerous where a package opens, fetches or runs something', () => {
    for (const [module, name] of [
      ['theano', 'function'],
      ['lxml.etree', 'parse'],
      ['httplib2', 'Http'],
      ['pickle5', 'loads'],
      ['keras.config', 'enable_unsafe_deserialization'],
      ['catboost.CatBoostClassifier', 'load_model'],
      ['gensim.models.KeyedVectors', 'load'],
      ['PIL.Image.Image', 'save'],
      ['zoneinfo._common', 'load_tzdata'],
      ['warnings', '_getcategory'],
      ['codecs', 'register'],
      ['torch._C', '_load_jit_module_from_bytes'],
    ] as const) {
      assert.equal(called(module, name), 'dangerous', `${module}.${name}`);
    }
    for (const [module, name] of [
      ['ultralytics', 'YOLO'],
      ['lightgbm.basic', 'Booster'],
      ['sentence_transformers', 'SentenceTransformer'],
      ['torch.jit', 'ScriptModule'],
    ] as const) {
      assert.equal(called(module, name), 'dangerous', `${module}.${name}`);
      assert.equal(classify(module, name).built, 'library', `${module}.${name}`);
    }
  });

  it('are dangerous although a pattern of known names has room for them', () => {
    assert.equal(called('numpy._core.records', 'fromfile'), 'dangerous');
    assert.equal(called('numpy._core.records', 'recarray'), 'torch');
  });

  it('are functions that get to files or programs, under every path of their package', () => {
    assert.equal(called('sklearn.datasets._lfw', 'fetch_lfw_people'), 'dangerous');
    assert.equal(called('transformers.pipelines.audio_utils', 'ffmpeg_read'), 'dangerous');
    assert.equal(called('transformers', 'ffmpeg_read'), 'dangerous');
    assert.equal(called('scipy', 'ffmpeg_read'), 'suspicious');
  });

  it('are fine where data loaders and weights of torchvision name them', () => {
    assert.equal(classify('torch.utils.data._utils.collate', 'default_collate').tier, 'torch');
    assert.equal(classify('torch.utils.data._utils.worker', '_worker_loop').tier, 'dangerous');
    assert.equal(classify('torchvision.models._api', 'Weights').tier, 'torch');
    assert.equal(classify('torchvision.models._api', 'get_model').tier, 'dangerous');
  });

  it('are reached through attributes of modules that no list knows', () => {
    for (const module of ['project', 'project.deep.inside']) {
      assert.equal(called(module, '__builtins__'), 'dangerous');
      assert.equal(called(module, '_os'), 'dangerous');
      assert.equal(called(`${module}.os`, 'run'), 'dangerous');
      assert.equal(called(`${module}._vendor.subprocess`, 'run'), 'dangerous');
      assert.equal(classify(module, 'Layer').tier, 'unknown');
    }
  });
});
