"""Fetching news: feeds from the web, each item a dated file of the corpus.

::

    feed_list      which feeds: feeds.txt
    run            one run over them: conditional, a host at a time, none stops the others
      downloading  one address: redirects, limits, politeness (turns, robots)
        connecting   only to addresses that were checked (addresses)
      feed_parsing feed → items (json_feed)
      pages        the linked page's article, with --articles
      storing      item → file, never one over another; what is stored (state)
    telling        the report
"""
