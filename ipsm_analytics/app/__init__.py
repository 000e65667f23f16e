"""The Streamlit shell: registry and guard, filters, cache, and how a chart is laid out."""
