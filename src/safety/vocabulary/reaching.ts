import type { KnownGroup } from './entries';

const date = '2026-11-24';

/** Functions of one package by their own names: modules hand them on to one another under many paths. */
export interface ReachingGroup extends KnownGroup {
  /** Top-level modules. */
  readonly packages: string;
}

/**
 * Functions whose code leads to `exec`, `eval`, `open`, a program, a download or a pickle in at most four calls,
 * as followed through the source of the packages; no data calls them.
 */
export const reachingFunctions: readonly ReachingGroup[] = [
  {
    packages: 'keras',
    source: 'keras 3.15.1, calls followed from each function',
    date,
    names: `_path_to_string_content_grain _paths_and_labels_to_dataset_grain count_loc decode_predictions
      extract_archive get_file get_word_index load_batch load_data load_img load_model_from_hdf5
      load_npy_member load_npz makedirs paths_and_labels_to_dataset save_model_to_hdf5 validate_file`,
  },
  {
    packages: 'lightgbm',
    source: 'lightgbm 4.7.0, calls followed from each function',
    date,
    names: `_dump_pandas_categorical _load_pandas_categorical`,
  },
  {
    packages: 'lightning pytorch_lightning lightning_fabric',
    source: 'lightning 2.6.6, calls followed from each function',
    date,
    names: `_consolidate _load _load_checkpoint _load_distributed_checkpoint _load_from_checkpoint
      _load_raw_module_state_from_path _save_checkpoint _upgrade
      convert_zero_checkpoint_to_fp32_state_dict ds_checkpoint_dir find_free_network_port
      is_shared_filesystem tokenize`,
  },
  {
    packages: 'mpmath',
    source: 'mpmath 1.3.0, calls followed from each function',
    date,
    names: `exec_ identify`,
  },
  {
    packages: 'networkx',
    source: 'networkx 3.6.1, calls followed from each function',
    date,
    names: `_generate_graphs copyfunc graph_atlas graph_atlas_g`,
  },
  {
    packages: 'numpy',
    source: 'numpy 2.4.6, calls followed from each function',
    date,
    names: `fromfile fromtextfile openfile parse_distributions_h`,
  },
  {
    packages: 'pandas',
    source: 'pandas 3.1.1, calls followed from each function',
    date,
    names: `_cgroup_cpu_quota _get_buffer _get_locales _read_sysfs_int _read_sysfs_str get_locales
      save_to_buffer show_versions`,
  },
  {
    packages: 'scipy',
    source: 'scipy 1.17.1, calls followed from each function',
    date,
    names: `_get_read_cursor _nonlin_wrapper _open_file _open_file_context cobylb cpenmsg fmsg get_results
      hb_read hb_write in_tempdir initxfc load_npz loadarff loadmat mat_reader_factory
      matfile_version mminfo mmread readsav retmsg rhomsg savemat tempdir whosmat`,
  },
  {
    packages: 'sklearn',
    source: 'scikit-learn 1.9.1, calls followed from each function',
    date,
    names: `_check_fetch_lfw _download_20newsgroups _fetch_brute_kddcup99 _fetch_lfw_pairs _gen_open
      _get_css_style _load_coverage _load_csv _mkdirp _open_and_load can_reuse_listener
      check_classifiers_train check_clustering check_estimators_pickle check_outliers_train
      check_readonly_memmap_input check_regressors_train check_sparsify_coefficients
      check_transformer_general dump_svmlight_file estimator_html_repr export_graphviz
      fetch_20newsgroups fetch_20newsgroups_vectorized fetch_california_housing fetch_covtype
      fetch_kddcup99 fetch_lfw_pairs fetch_lfw_people fetch_olivetti_faces fetch_rcv1
      fetch_species_distributions load_svmlight_files open_listener process_tempita`,
  },
  {
    packages: 'sympy',
    source: 'sympy 1.14.0, calls followed from each function',
    date,
    names: `__sympy_debug _rs_series _write_sources_to_build_dir compile_link_import_strings
      compile_run_strings compile_sources get_resource has_c has_cxx has_fortran make_dirs
      preview_diagram print_gtk pyx2obj pyx_is_cplus read_qasm_file rs_min_pow rs_series
      sha256_of_file simple_cythonize src2obj`,
  },
  {
    packages: 'timm',
    source: 'timm 1.0.31, calls followed from each function',
    date,
    names: `_extract_tarinfo _gen_hardcorenas _load_train_checkpoint _resolve_model_source _xception
      build_model_with_cfg create_levit create_model create_reader extract_tarinfos get_outdir
      load_cfg_from_json load_checkpoint_metadata load_class_map load_class_stats load_class_weights
      load_model_config_from_hf load_model_config_from_path load_pretrained load_state_dict_from_hf
      load_state_dict_from_path load_task_ema_checkpoint push_to_hf_hub resolve_class_weights
      resume_task_checkpoint save_for_hf trim_summary update_summary`,
  },
  {
    packages: 'torch',
    source: 'torch 2.13.0, calls followed from each function',
    date,
    names: `_augment_memory_snapshot_stack_traces _broadcast_object _consolidate_safetensors_files
      _core_complex_get_logical_cpus_to_bind_to _dump_snapshot _embed_headers
      _exclusive_get_logical_cpus_to_bind_to _gather_tunableop_results
      _gather_unique_untuned_gemm_from_files _get_allowed_logical_cpu_indices_for_numa_node
      _get_arbitrary_allowed_cpu_index_for_numa_node
      _get_cpu_indices_for_numa_node_MAYBE_NOT_ALLOWED
      _get_logical_cpu_indices_sharing_same_physical_core_as
      _get_logical_cpus_sharing_same_max_level_cache_as _get_numa_node_index_for_gpu_index
      _get_numa_node_indices_for_socket_index _get_socket_index_for_cpu
      _get_systemwide_numa_node_indices _list_connected_datapipes _log_triton_kernel
      _node_get_logical_cpus_to_bind_to _process_output_file _snapshot
      _socket_get_logical_cpus_to_bind_to _torch_profile _torchscript_type_to_python_type
      _traverse_helper _write_metadata _write_overall_metadata_file breakpoint build_db
      build_groups_memberships consolidate_safetensors_files
      consolidate_safetensors_files_on_every_rank dump embed_headers format_flamegraph
      get_clean_triton load_trace package_nativert_with_aoti_delegate print_op_coverage_summary
      process_file read_dir read_dump read_file save_trace transform_ft traverse traverse_dps
      tune_gemm_in_file`,
  },
  {
    packages: 'torchmetrics',
    source: 'torchmetrics 1.9.0, calls followed from each function',
    date,
    names: `_dists_update _download_arniqa _download_lpips _download_weights _load_baseline
      _load_nisqa_model _load_session _prepare_dnsmos _read_csv_from_local_file _read_csv_from_url
      _try_proceed_with_timeout deep_image_structure_and_texture_similarity
      learned_perceptual_image_patch_similarity non_intrusive_speech_quality_assessment
      perceptual_path_length`,
  },
  {
    packages: 'transformers',
    source: 'transformers 5.24.0, calls followed from each function',
    date,
    names: `_add_new_model_like_internal _attach_debugger_logic _check_tekken_vocab_unchanged
      _ffmpeg_stream _get_allowed_numa_nodes _get_dtype _get_microphone_name _get_numa_nodes_memory
      _get_nvcc_version _get_test_info _is_on_hf_mount _mapped _patch_flatc_compile_nonfinite
      _patch_with_call_info _physical_cores _prepare_debugging_info _resolve_chat_template
      accelerate_disk_offload add_content_to_file add_model_to_auto_mappings add_new_model_like
      auto_class_update check_json_file_has_correct_format consolidate_distributed_checkpoint
      convert_all_safetensors_to_bins convert_slow_checkpoint_to_fast convert_slow_tokenizer
      convert_tekken_tokenizer convert_tiktoken_to_fast copy_func create_modular_file
      create_test_files ffmpeg_microphone ffmpeg_microphone_live ffmpeg_read
      find_all_classes_from_file find_modular_structure force_serialization_as_bin_files
      get_cgroup_memory_limit_bytes get_cpu_ram_total_gib get_gen_models get_gguf_tokenizer
      get_tokenizer_config get_torch_dist_unique_port insert_model_in_doc_toc
      is_timm_local_checkpoint load_audio_as load_gguf_state_dict load_json load_merges
      load_metadata load_sharded_checkpoint load_state_dict load_vocab load_vocab_and_emoji
      load_vocab_and_merges load_vocab_file log_model_debug_trace maybe_load_adapters
      merge_with_config_defaults model_addition_debugger_context pytest_terminal_summary_main
      read_gguf_metadata read_json_file record_ci_source_deps_by_file record_ci_source_deps_chains
      remove_dummy_checkpoint require_large_cpu_ram rotate_checkpoints run_test_using_subprocess
      safe_load_json_file save_chat save_json save_metrics save_model_architecture_to_file
      save_tekken_format save_tpu_checkpoint torchrun write_ci_module_graph write_file`,
  },
  {
    packages: 'xgboost',
    source: 'xgboost 3.2.0, calls followed from each function',
    date,
    names: `_get_or_create_tmp_dir _py_version deserialize_booster get_family serialize_booster`,
  },
];
