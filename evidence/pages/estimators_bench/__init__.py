"""The estimators on real series: chosen on some, judged on others."""
