"""numpy, scipy, pandas, joblib."""
import io

import joblib
import numpy
import pandas
import scipy.interpolate
import scipy.sparse
import scipy.spatial
import scipy.stats


def write(corpus):
    writer = f"numpy {numpy.__version__}"
    array = numpy.arange(12.0).reshape(3, 4)
    corpus.pickle("array", array, range(6), writer=writer)
    corpus.pickle("array in Fortran's order", numpy.asfortranarray(array), (2, 5), writer=writer)
    corpus.pickle("array of objects", numpy.array([1, "a", None, [2]], dtype=object), (2, 4), writer=writer)
    corpus.pickle("structured array", numpy.zeros(3, dtype=[("a", "i4"), ("b", "f8", (2,)), ("c", "S5")]), (2, 4), writer=writer)
    corpus.pickle("dates", numpy.array(["2026-01-02"], dtype="M8[D]"), (2, 4), writer=writer)
    corpus.pickle("strings", numpy.array(["a", "bc"]), (2, 4), writer=writer)
    corpus.pickle("strings of variable width", numpy.array(["a", "bc"], dtype=numpy.dtypes.StringDType()), (4,), writer=writer)
    corpus.pickle("masked array", numpy.ma.masked_array([1, 2, 3], mask=[0, 1, 0]), (2, 4), writer=writer)
    corpus.pickle("matrix and record array", [numpy.matrix([[1]]), numpy.zeros(2, dtype=[("a", "i4")]).view(numpy.recarray)], (2, 4), writer=writer)
    corpus.pickle("scalars", [numpy.float32(1), numpy.int8(2), numpy.bool_(True), numpy.complex64(1j), numpy.str_("a"), numpy.datetime64("2026-01-02")], (2, 4), writer=writer)
    corpus.pickle("types and functions", [numpy.dtype("f4"), numpy.float64, numpy.log1p, numpy.add, numpy.sum, numpy.mean], (2, 4), writer=writer)
    corpus.pickle("random states", [numpy.random.RandomState(0), numpy.random.default_rng(0), numpy.random.Generator(numpy.random.MT19937(1))], (2, 4), writer=writer)
    corpus.pickle("polynomials", [numpy.poly1d([1, 2]), numpy.polynomial.Polynomial([1, 2])], (4,), writer=writer)
    corpus.pickle("dict of arrays", {"weights": [array, array.T], "bias": array[0]}, (0, 1, 2, 3, 4, 5), writer=writer)
    corpus.written("array", ".npy", lambda path: numpy.save(path, array), writer=writer)
    corpus.written("array of objects", ".npy", lambda path: numpy.save(path, numpy.array([{"a": 1}, None], dtype=object), allow_pickle=True), writer=writer)
    corpus.written("arrays", ".npz", lambda path: numpy.savez(path, a=array, b=array[0]), writer=writer)
    corpus.written("compressed arrays of objects", ".npz", lambda path: numpy.savez_compressed(path, a=array, o=numpy.array([{"a": 1}], dtype=object)), writer=writer)
    corpus.joblib("arrays", {"a": array, "b": numpy.zeros(5000)}, (0, 1, ("zlib", 9), ("gzip", 1), ("bz2", 9), ("lzma", 1), ("xz", 1), ("lz4", 1)))
    corpus.joblib("memory-mapped arrays", [numpy.zeros(100_000), "text", 5])
    corpus.written("joblib of protocol 2", ".pkl", lambda path: joblib.dump({"a": array}, path, protocol=2), writer=f"joblib {joblib.__version__}")
    scipy_writer = f"scipy {scipy.__version__}"
    for kind in ("csr", "csc", "coo", "bsr", "lil", "dok", "dia"):
        corpus.pickle(f"sparse matrix {kind}", scipy.sparse.eye(4, format=kind), (4,), writer=scipy_writer)
    corpus.pickle("sparse array", scipy.sparse.csr_array(numpy.eye(3)), (2, 4), writer=scipy_writer)
    corpus.pickle("interpolation", [scipy.interpolate.CubicSpline([1, 2, 3], [1, 2, 1]), scipy.interpolate.interp1d([1, 2], [3, 4])], (4,), writer=scipy_writer)
    corpus.pickle("distributions", [scipy.stats.norm(0, 1), scipy.stats.uniform()], (4,), writer=scipy_writer)
    corpus.pickle("trees", [scipy.spatial.KDTree(numpy.eye(3)), scipy.spatial.cKDTree(numpy.eye(3))], (4,), writer=scipy_writer)
    frames(corpus)


def frames(corpus):
    writer = f"pandas {pandas.__version__}"
    frame = pandas.DataFrame({"a": [1, 2], "b": ["x", "y"], "c": [0.5, None], "d": pandas.to_datetime(["2026-01-02", "2026-01-03"]), "e": pandas.Categorical(["u", "v"])})
    corpus.pickle("frame", frame, (0, 1, 2, 3, 4, 5), writer=writer)
    for compression in ("gzip", "bz2", "xz", "zip", "tar"):
        corpus.written(f"frame, {compression}", ".pkl", lambda path: frame.to_pickle(path, compression=compression), writer=writer)
    others = {
        "series": pandas.Series([1, 2], name="a"), "multi-index": frame.set_index(["a", "b"]), "time zone": pandas.Series(pandas.date_range("2026-01-01", periods=3, tz="Europe/Berlin")),
        "periods": pandas.Series(pandas.period_range("2026-01", periods=3, freq="M")), "intervals": pandas.Series(pandas.interval_range(0, 3)), "nullable integers": pandas.Series([1, None], dtype="Int64"),
        "sparse": pandas.Series(pandas.arrays.SparseArray([0, 0, 1])), "string type": pandas.Series(["a", None], dtype="string"), "timedeltas": pandas.Series(pandas.to_timedelta([1, 2], "s")),
        "timestamps": [pandas.Timestamp("2026-01-02"), pandas.Timedelta(5), pandas.NaT, pandas.NA, pandas.offsets.BusinessDay(2)], "range index": pandas.DataFrame(index=pandas.RangeIndex(3)),
    }
    for name, value in others.items():
        corpus.pickle(name, value, (2, 4), writer=writer)
