import type { DangerGroup, KnownGroup } from './entries';

const date = '2026-11-24';

/** Packages whose classes and reduce functions are found in saved models. Their plain functions are not. */
export const knownPackages: readonly KnownGroup[] = [
  {
    source: 'packages of PyPI that define estimators, arrays, frames or layers; top-level module names',
    date,
    names: `torch torchvision torchaudio torchtext torchmetrics torchao torchdata torchrl torchtune numpy scipy
      sklearn pandas joblib xgboost lightgbm catboost ultralytics timm transformers diffusers accelerate peft
      safetensors tokenizers datasets sentence_transformers pytorch_lightning lightning lightning_fabric
      fastai fastcore omegaconf easydict addict yacs munch ml_collections networkx sympy mpmath statsmodels
      xarray pyarrow polars skimage cv2 PIL einops e3nn torch_geometric torch_scatter torch_sparse
      torch_cluster dgl gpytorch pyro botorch stable_baselines3 gym gymnasium jax jaxlib flax optax nltk spacy
      thinc gensim sentencepiece open_clip kornia albumentations segmentation_models_pytorch
      efficientnet_pytorch pretrainedmodels facenet_pytorch speechbrain espnet espnet2 fairseq fairseq2
      allennlp monai nnunetv2 batchgenerators asteroid pyannote whisper bitsandbytes apex deepspeed megatron
      mmcv mmengine mmdet mmseg mmpose mmcls mmpretrain detectron2 fvcore super_gradients rfdetr
      imblearn category_encoders umap hdbscan sktime tslearn prophet pmdarima mlxtend feature_engine
      sklearn_pandas skorch pytz dateutil attr attrs pydantic pydantic_core typing_extensions tensorflow keras
      transformer_lens trl unsloth vllm xformers flash_attn mamba_ssm causal_conv1d open3d trimesh
      pytorch3d nerfstudio lpips piq anomalib autogluon pycaret tabnet pytorch_tabnet lifelines
      surprise implicit lightfm interpret shap lime treelite cuml hummingbird numba ray matplotlib`,
  },
];

/** A function of a known package that rebuilds what was pickled. */
export const reduceFunction =
  /unpickle|reconstruct|rebuild|_restore|^restore_|^_new_|^new_block|^newObj$|_ctor$|^_p$|^_UTC$|^_from_(?:state|pickle)|^__?make_|^_load_state/;

/** Other names that exist to run, load or fetch. */
export const dangerousPackages: readonly DangerGroup[] = [
  {
    danger: 'runsPrograms',
    source: 'documentation of the packages; advisories of picklescan up to 2026-03 (GHSA)',
    date,
    names: `pip distlib setuptools pkg_resources _distutils_hack easy_install wheel ensurepip paramiko
      fabric invoke plumbum sh pexpect ptyprocess wexpect winpty psutil win32api win32com win32process
      win32event pythoncom pywintypes execnet distributed.cli dask.distributed ray.cloudpickle ray._private
      ray.util ray.job_submission pyspark luigi prefect airflow celery docker kubernetes git GitPython gitdb
      dulwich mercurial hydra submitit nox tox pytest _pytest nose py.process py._process py._path conda
      virtualenv pipenv poetry uv meson ninja cmake scons gradio streamlit wandb mlflow clearml comet_ml
      neptune tensorboard tensorboardX supervisor deepspeed.launcher accelerate.commands
      ultralytics.utils.checks ultralytics.cfg transformers.utils.notebook nltk.internals nltk.parse
      networkx.drawing matplotlib.animation matplotlib.texmanager matplotlib.backends.backend_pgf
      matplotlib.testing matplotlib.cbook sympy.printing.preview sympy.plotting sympy.external sympy.testing
      sympy.utilities.runtests sympy.utilities.benchmarking mpmath.libmp.exec_ mpmath.tests
      sklearn.__check_build scipy._lib._testutils joblib.externals.loky joblib._parallel_backends mypy
      pylint coverage.Coverage coverage.cmdline pyautogui pynput wmi bpython ptpython gradio_client
      stevedore pluggy pandas.io.clipboard pandas.util._test_decorators pandas.util._tester
      pandas.util._print_versions pandas._testing ray.init`,
  },
  {
    danger: 'runsCode',
    source: 'documentation of the packages; advisories of picklescan and fickling up to 2026-03 (GHSA)',
    date,
    names: `IPython ipykernel jupyter_client jupyter_core jupyter notebook nbconvert nbformat nbclient
      ipywidgets numexpr scipy._lib._bunch._make_tuple_bunch scipy.optimize._nonlin._nonlin_wrapper
      six.exec_ future.utils past.builtins asteval simpleeval RestrictedPython jinja2 mako chameleon
      django.template tornado.template Cython cython pyximport cffi pycparser numba.core.serialize
      numba.core.dispatcher numba.cuda sqlalchemy peewee fire click typer gevent eventlet greenlet twisted
      trio anyio executing jsonpath_ng sympy.sympify sympy.core.sympify sympy.parsing sympy.lambdify
      sympy.utilities.lambdify sympy.utilities.autowrap sympy.utilities.codegen sympy.utilities.exceptions
      sympy.interactive mpmath.runtests mpmath.usertools pandas.eval pandas.core.computation
      pandas.core.frame.DataFrame.eval pandas.core.frame.DataFrame.query pandas.DataFrame.eval
      pandas.DataFrame.query joblib.parallel joblib.func_inspect joblib.externals joblib.testing joblib.test
      joblib.delayed sklearn.utils.parallel sklearn.utils._testing sklearn.utils.fixes.parse_version
      scipy._lib.deprecation scipy.f2py scipy.weave transformers.utils.import_utils
      transformers.dynamic_module_utils transformers.tools transformers.agents keras.src.utils.python_utils
      keras.utils.generic_utils.func_load keras.utils.func_load keras.layers.Lambda
      keras.src.layers.core.lambda_layer tensorflow.keras.layers.Lambda tensorflow.py_function
      tensorflow.numpy_function tensorflow.python.framework.load_library tensorflow.load_op_library
      tensorflow.load_library tensorflow.raw_ops tensorflow.compat.v1.py_func numba.jit numba.njit
      statsmodels.compat nltk.app theano aesara pytensor keras.models.model_from_json
      keras.models.model_from_config keras.config keras.src.models.model.model_from_json keras.src.config
      nltk.chat nltk.sem.evaluate.Valuation.fromstring`,
  },
  {
    danger: 'unpickles',
    source: 'documentation of the packages',
    date,
    names: `dill cloudpickle joblib.load joblib.dump joblib.numpy_pickle.load joblib.numpy_pickle.dump
      joblib.numpy_pickle.load_temporary_memmap joblib.numpy_pickle._unpickle
      joblib.numpy_pickle.NumpyUnpickler joblib.numpy_pickle_compat.load_compatibility
      joblib.numpy_pickle_compat.ZipNumpyUnpickler joblib.numpy_pickle_compat.read_zfile joblib.hashing
      joblib._memmapping_reducer pandas.read_pickle pandas.to_pickle pandas.DataFrame.to_pickle
      pandas.Series.to_pickle pandas.io.pickle pandas.compat.pickle_compat jsonpickle yaml ruamel oyaml
      hickle shelve klepto pathos ppft multiprocess loky serpent zodbpickle ZODB zope
      celery.utils.serialization kombu dask srsly mmengine.fileio mmcv.fileio sklearn.externals.joblib.load
      sklearn.datasets.fetch_* sklearn.datasets.load_* scipy.io.loadmat scipy.io.savemat scipy.io.mmread
      scipy.io.wavfile statsmodels.iolib.smpickle statsmodels.base.wrapper nltk.data networkx.read_gpickle
      networkx.readwrite gensim.utils.unpickle gensim.utils.SaveLoad xgboost.core.Booster.load_model
      fastai.learner.load_learner pytorch_lightning.core.saving pytorch_lightning.utilities.cloud_io
      lightning_fabric.utilities.cloud_io keras.models.load_model keras.saving keras.src.saving
      tensorflow.keras.models.load_model tensorflow.saved_model tensorflow.python.saved_model spacy.load
      spacy.util spacy.cli pickle5 compress_pickle paddle.load mxnet.nd.load mxnet.nd.loads mxnet.gluon
      cupy.load fastai.basics.load_learner fastai.learner.load_model ultralytics.utils.torch_load
      omegaconf.OmegaConf.load gensim.models.*.load gensim.models.*.*.load catboost.CatBoost*.load_model
      catboost.core.CatBoost*.load_model xgboost.*.load_model xgboost.sklearn.*.load_model
      tensorflow.train.load_checkpoint tensorflow.train.load_variable importlib_metadata importlib_resources
      stable_baselines3.common.save_util fairseq.checkpoint_utils detectron2.checkpoint timm.models._helpers
      ultralytics.nn.tasks.torch_safe_load ultralytics.nn.tasks.attempt_load_weights
      ultralytics.utils.patches scipy._lib._uarray._backend.unpickle_function lightning.pytorch.core.saving
      onnx.load onnx.load_model skops hummingbird.ml.load treelite.Model.load`,
  },
  {
    danger: 'network',
    source: 'documentation of the packages',
    date,
    names: `requests urllib3 httpx httpcore aiohttp tornado flask werkzeug django bottle fastapi starlette
      uvicorn gunicorn websocket websockets zmq pika redis pymongo psycopg2 mysql boto3 botocore s3transfer
      google.cloud google.auth google.colab gdown wget pycurl pooch huggingface_hub kaggle tensorflow_hub
      nltk.download nltk.downloader torchvision.datasets torchaudio.datasets torchaudio.utils
      torchtext.utils torchtext.datasets torchvision.models._api torchvision._internally_replaced_utils
      ultralytics.utils.downloads keras.utils.get_file keras.src.utils.file_utils
      tensorflow.keras.utils.get_file transformers.utils.hub transformers.file_utils transformers.pipeline
      transformers.pipelines.pipeline sklearn.datasets._base pandas.io.common pandas.io.html scipy.datasets
      networkx.utils.misc smtplib2 ldap3 httplib2 treq grequests rpyc Pyro4 Pyro5 pyodbc oracledb cx_Oracle
      pymysql MySQLdb asyncpg distributed.Client whisper.load_model open_clip.create_model
      open_clip.create_model_and_transforms open_clip.factory whisper._download telnetlib3 asyncssh dns
      scapy selenium playwright`,
  },
  {
    danger: 'files',
    source: 'documentation of the packages',
    date,
    names: `fsspec tensorflow.io tensorflow.data.TFRecordDataset smart_open s3fs gcsfs adlfs filelock
      portalocker watchdog send2trash unipath h5py tables.open_file tables.file zarr openpyxl xlrd
      xlsxwriter pandas.io.api pandas.io.excel pandas.io.parsers pandas.io.sql pandas.io.pytables
      pandas.io.json pandas.io.feather_format pandas.io.parquet pandas.io.stata pandas.io.sas pandas.io.spss
      pandas.io.orc pandas.io.xml pandas.io.gbq pandas.read_* pandas.core.generic.NDFrame.to_* imageio
      PIL.Image.open PIL.ImageShow PIL.ImageGrab PIL.ImageMath PIL.EpsImagePlugin cv2.imwrite cv2.imread
      cv2.FileStorage joblib.disk joblib.backports joblib._store_backends joblib.logger joblib.pool
      joblib.compressor joblib.numpy_pickle_utils torchvision.io torchvision.utils.save_image torchaudio.io
      safetensors.torch.save_file safetensors.torch.load_file safetensors.numpy.save_file
      safetensors.numpy.load_file matplotlib.pyplot matplotlib.figure.Figure.savefig lz4.frame.open
      lz4.frame.LZ4FrameFile PIL.Image.Image.save PIL.Image.Image.show lxml.etree lxml.html lxml.objectify
      netCDF4 tensorflow.python.ops.gen_io_ops tensorflow.python.ops.io_ops tensorflow.python.lib.io
      sklearn.utils.fixes._open_text sklearn.utils.fixes._path_to_string zstandard snappy skimage.io
      statsmodels.datasets nltk.corpus sympy.utilities.runtests`,
  },
  {
    danger: 'native',
    source: 'documentation of the packages',
    date,
    names: `ctypes.util cupy.RawModule cupy.RawKernel pycuda pyopencl llvmlite triton tvm onnxruntime tensorrt
      frida angr unicorn keystone pwn keyring win32ctypes comtypes objc jpype py4j jnius`,
  },
];

const constructors =
  'torch 2.13.0, numpy 2.4.6, scipy 1.17.1, scikit-learn 1.9.1, pandas 3.1.1, sympy 1.14.0, torchmetrics 1.9.0, lightning 2.6.6, timm 1.0.31, transformers 5.24.0: calls followed from their constructors; documentation of the others';

/** Harmless as classes that data names, dangerous to call. */
export const dangerousWhenCalled: readonly DangerGroup[] = [
  {
    danger: 'files',
    source: constructors,
    date,
    names: `numpy.memmap numpy.core.memmap.memmap numpy._core.memmap.memmap torch.PyTorchFileReader
      torch.PyTorchFileWriter torch.ScriptModule.save torch.cuda.gds.GdsFile
      torch.distributed.checkpoint.FileSystemReader torch.distributed.checkpoint.FileSystemWriter
      torch.distributed.checkpoint.staging scipy.odr.ODR scipy.odr._odrpack.ODR scipy.io.FortranFile
      scipy.io._fortran.FortranFile scipy.io.netcdf_file scipy.io._netcdf.netcdf_file pandas.HDFStore
      pandas.ExcelFile pandas.ExcelWriter joblib.Memory joblib.memory.Memory joblib.memory.MemorizedFunc
      joblib.memory.MemorizedResult timm.data.readers.*.* timm.data.dataset.* timm.data.real_labels.*
      timm.utils.model_ema.ModelEma timm.utils.ModelEma cv2.VideoCapture cv2.VideoWriter cv2.FileNode
      lightgbm.Booster lightgbm.basic.Booster cv2.CascadeClassifier transformers.models.*.tokenization_*.*
      transformers.*Tokenizer transformers.*TokenizerFast transformers.Trainer transformers.Seq2SeqTrainer
      transformers.trainer.Trainer transformers.trainer_seq2seq.Seq2SeqTrainer
      lightning.fabric.strategies.deepspeed.DeepSpeedStrategy
      lightning.pytorch.strategies.deepspeed.DeepSpeedStrategy lightning.pytorch.cli lightning.pytorch.demos
      lightning.*.loggers lightning.*.loggers.*.* pytorch_lightning.loggers lightning_fabric.loggers
      pyarrow.OSFile pyarrow.memory_map pyarrow.input_stream sentencepiece.SentencePieceProcessor
      lightgbm.Dataset xgboost.DMatrix tokenizers.Tokenizer.from_file`,
  },
  {
    danger: 'network',
    source: constructors,
    date,
    names: `sentence_transformers.SentenceTransformer sentence_transformers.CrossEncoder ultralytics.YOLO
      ultralytics.SAM ultralytics.RTDETR ultralytics.NAS ultralytics.FastSAM sklearn.callback
      torchmetrics.functional.image.arniqa torchmetrics.functional.image.dists
      torchmetrics.functional.image.lpips torchmetrics.image.arniqa torchmetrics.image.lpip
      torchmetrics.image.perceptual_path_length timm.task transformers.testing_utils`,
  },
  {
    danger: 'runsPrograms',
    source: constructors,
    date,
    names: `joblib.Parallel sklearn.utils._joblib.Parallel sklearn.utils.parallel.Parallel
      scipy._lib._util.MapWrapper sympy.utilities._compilation torch.distributed.debug
      torch.distributed.checkpoint._async_process_executor torch.distributed.checkpoint._experimental
      transformers.cli ray.remote keras.src.legacy.preprocessing`,
  },
  {
    danger: 'runsCode',
    source: constructors,
    date,
    names: `sympy.physics.secondquant.FixedBosonicBasis sympy.polys.numberfields.galois_resolvents
      sympy.utilities.matchpy_connector torch.vmap torch.func torch.autograd.function.once_differentiable
      scipy.LowLevelCallable scipy._lib._ccallback.LowLevelCallable torch.fx.GraphModule
      torch.jit.ScriptModule torch._C.ScriptModule`,
  },
  { danger: 'native', source: constructors, date, names: 'torch.xpu.memory torch.cuda.memory' },
];

/**
 * Last parts of names that say what a function does. A call of one from a module that no list knows is taken
 * at its word.
 */
export const tellingNames = new Set(
  `eval exec execfile system popen popen2 popen3 popen4 Popen spawn spawnl spawnv spawnve spawnlp execv execve
    execl execlp execvp posix_spawn startfile check_output check_call getoutput getstatusoutput run_command
    run_cmd run_shell shell_exec runcode runsource run_code run_path run_module runstring import_module
    import_string load_module load_source exec_module resolve_name import_from_string urlopen urlretrieve
    download_url read_pickle load_pickle unpickle_file load_library LoadLibrary CDLL dlopen rmtree unlink
    removedirs make_function func_load to_pickle to_csv to_sql to_hdf to_parquet to_excel read_csv from_pretrained
    save_pretrained load_from_checkpoint open_url os_system exec_command execute_command safe_eval literal_exec`.split(
    /\s+/,
  ),
);
