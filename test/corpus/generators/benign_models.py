"""scikit-learn: fitted estimators through pickle and joblib."""
import numpy
import scipy.sparse
import sklearn
from sklearn import (
    calibration, cluster, compose, covariance, cross_decomposition, decomposition, discriminant_analysis, dummy, ensemble, feature_extraction, feature_selection, gaussian_process, impute,
    isotonic, kernel_approximation, kernel_ridge, linear_model, manifold, mixture, model_selection, multiclass, multioutput, naive_bayes, neighbors, neural_network, pipeline, preprocessing,
    random_projection, semi_supervised, svm, tree,
)

X = numpy.random.RandomState(0).rand(40, 4)
Y = (X[:, 0] > 0.5).astype(int)
T = X[:, 0] * 2
TEXTS = ["a small text", "another text", "pickles and jars"] * 4


def estimators():
    yield linear_model.LogisticRegression()
    yield linear_model.LinearRegression()
    yield linear_model.SGDClassifier()
    yield linear_model.RidgeCV()
    yield linear_model.Lasso()
    yield linear_model.BayesianRidge()
    yield linear_model.Perceptron()
    yield svm.SVC(probability=False)
    yield svm.LinearSVC()
    yield svm.OneClassSVM()
    yield tree.DecisionTreeClassifier()
    yield tree.ExtraTreeRegressor()
    yield ensemble.RandomForestClassifier(4)
    yield ensemble.ExtraTreesRegressor(4)
    yield ensemble.GradientBoostingClassifier(n_estimators=4)
    yield ensemble.HistGradientBoostingClassifier(max_iter=4)
    yield ensemble.AdaBoostClassifier(n_estimators=3)
    yield ensemble.BaggingClassifier(n_estimators=3)
    yield ensemble.IsolationForest(n_estimators=4)
    yield ensemble.VotingClassifier([("a", linear_model.LogisticRegression()), ("b", tree.DecisionTreeClassifier())])
    yield ensemble.StackingClassifier([("a", linear_model.LogisticRegression()), ("b", naive_bayes.GaussianNB())])
    yield neighbors.KNeighborsClassifier(algorithm="kd_tree")
    yield neighbors.KNeighborsRegressor(algorithm="ball_tree")
    yield neighbors.KernelDensity()
    yield naive_bayes.GaussianNB()
    yield naive_bayes.MultinomialNB()
    yield neural_network.MLPClassifier((5,), max_iter=20)
    yield gaussian_process.GaussianProcessClassifier()
    yield gaussian_process.GaussianProcessRegressor(gaussian_process.kernels.RBF() + gaussian_process.kernels.WhiteKernel())
    yield cluster.KMeans(3, n_init=1)
    yield cluster.DBSCAN()
    yield cluster.AgglomerativeClustering()
    yield cluster.Birch()
    yield decomposition.PCA(2)
    yield decomposition.NMF(2, max_iter=50)
    yield decomposition.TruncatedSVD(2)
    yield decomposition.LatentDirichletAllocation(2, max_iter=2)
    yield decomposition.FastICA(2)
    yield manifold.Isomap(n_neighbors=10)
    yield mixture.GaussianMixture(2)
    yield mixture.BayesianGaussianMixture(n_components=2)
    yield preprocessing.StandardScaler()
    yield preprocessing.MinMaxScaler()
    yield preprocessing.OneHotEncoder()
    yield preprocessing.PolynomialFeatures()
    yield preprocessing.PowerTransformer()
    yield preprocessing.QuantileTransformer(n_quantiles=10)
    yield preprocessing.KBinsDiscretizer(3, quantile_method="averaged_inverted_cdf")
    yield preprocessing.SplineTransformer()
    yield preprocessing.FunctionTransformer(numpy.log1p)
    yield impute.SimpleImputer()
    yield impute.KNNImputer()
    yield feature_selection.SelectKBest(feature_selection.f_classif, k=2)
    yield feature_selection.RFE(linear_model.LogisticRegression())
    yield discriminant_analysis.LinearDiscriminantAnalysis()
    yield cross_decomposition.PLSRegression()
    yield covariance.EllipticEnvelope()
    yield kernel_ridge.KernelRidge()
    yield kernel_approximation.Nystroem(n_components=5)
    yield random_projection.GaussianRandomProjection(2)
    yield semi_supervised.LabelPropagation()
    yield calibration.CalibratedClassifierCV(linear_model.LogisticRegression(), cv=2)
    yield multiclass.OneVsRestClassifier(linear_model.LogisticRegression())
    yield dummy.DummyClassifier()
    yield model_selection.GridSearchCV(linear_model.LogisticRegression(), {"C": [0.1, 1.0]}, cv=2)
    yield model_selection.RandomizedSearchCV(linear_model.LogisticRegression(), {"C": [0.1, 1.0]}, cv=2, n_iter=2)
    yield pipeline.make_pipeline(preprocessing.StandardScaler(), decomposition.PCA(2), linear_model.LogisticRegression())
    yield pipeline.make_union(decomposition.PCA(1), feature_selection.SelectKBest(k=1))
    yield compose.ColumnTransformer([("a", preprocessing.StandardScaler(), [0, 1]), ("b", "passthrough", slice(2, 4))])
    yield compose.TransformedTargetRegressor(linear_model.LinearRegression(), func=numpy.log1p, inverse_func=numpy.expm1)


def write(corpus):
    writer = f"scikit-learn {sklearn.__version__}"
    for i, estimator in enumerate(estimators()):
        name = type(estimator).__name__
        estimator.fit(X, Y)
        if i % 2:
            corpus.pickle(name, estimator, (2 + i % 4,), writer=writer)
        else:
            corpus.joblib(name, estimator)
    forest = ensemble.RandomForestRegressor(3).fit(X, T)
    corpus.joblib("forest", forest, (1, 3, ("zlib", 3), ("gzip", 3), ("bz2", 3), ("lzma", 3), ("xz", 3), ("lz4", 1)))
    corpus.pickle("forest", forest, (0, 1, 2, 3, 4, 5), writer=writer)
    corpus.pickle("isotonic regression", isotonic.IsotonicRegression(out_of_bounds="clip").fit(X[:, 0], T), writer=writer)
    corpus.pickle("multi-output", multioutput.MultiOutputRegressor(linear_model.Ridge()).fit(X, X[:, :2]), writer=writer)
    for made in (feature_extraction.text.TfidfVectorizer(), feature_extraction.text.CountVectorizer(ngram_range=(1, 2)), feature_extraction.text.HashingVectorizer()):
        corpus.joblib(type(made).__name__, made.fit(TEXTS))
    corpus.joblib("text pipeline", pipeline.make_pipeline(feature_extraction.text.TfidfVectorizer(), linear_model.LogisticRegression()).fit(TEXTS, [0, 1, 0] * 4))
    corpus.joblib("dict vectorizer", feature_extraction.DictVectorizer().fit([{"a": 1, "b": "x"}]))
    corpus.joblib("label encoders", [preprocessing.LabelEncoder().fit(["a", "b"]), preprocessing.LabelBinarizer().fit([1, 2]), preprocessing.MultiLabelBinarizer().fit([(1, 2)])])
    corpus.joblib("sparse input", linear_model.LogisticRegression().fit(scipy.sparse.csr_matrix(X), Y).sparsify())
