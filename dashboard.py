"""IPSM Analytics: the entry point; every page lives in pages/ and is listed in ipsm_analytics.app.page.

`streamlit run` imports this file once for `app`, which answers the open interface and runs this file for every visitor.
"""

from streamlit import App

if __name__ == "__main__":
    from ipsm_analytics.app.page import navigate

    navigate()
else:
    from ipsm_analytics.app.incidents import report
    from ipsm_analytics.app.server import middleware

    app = App(__file__, middleware=middleware(), on_script_error=report)
