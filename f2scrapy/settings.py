"""Set every setting of the project, in the order in which requests and items pass them.

Our own options begin with F2_. Each can be set in f2scrapy.yaml (in lower case, without F2_), in
the environment, or by `-s`; the later one wins.
"""

from f2scrapy import project_package

_SPIDERS, _PIPELINES = project_package("spiders"), project_package("pipelines")

BOT_NAME = "f2scrapy"
SPIDER_MODULES = [_SPIDERS]
NEWSPIDER_MODULE = _SPIDERS
SPIDER_LOADER_CLASS = "f2scrapy.crawl.spider_loader.SpiderLoader"
COMMANDS_MODULE = "f2scrapy.crawl.commands"
ADDONS = {"f2scrapy.crawl.addon.OptionsAddon": 0}

# --- Our own options ------------------------------------------------------------------------------

F2_CONFIG = ""  # the user's file; "" = f2scrapy.yaml in the working directory, if there is one
F2_PATH = "Download"  # root of all files
F2_ARCHIVE = ""  # SQLite file, or postgresql://USER@HOST/DATABASE; "" = F2_PATH/f2scrapy.db
F2_TRUST_ARCHIVE = False  # do not look for the files of known works: they may be elsewhere
# cookies.txt, JSON of an extension, a header in a file; or a browser: firefox, firefox:PROFILE,
# chrome, chromium, edge, brave; "" = a guest
F2_COOKIES = ""
F2_LOGIN = ""  # file of `f2scrapy login`; "" = f2scrapy.login.json beside the archive
# An identity of the archive's pool (f2scrapy identity): its name, or auto = one that is free; "" =
# none. It brings its login, its proxy and its budget.
F2_IDENTITY = ""
# F2_KEY: the key of the pool's secrets, read from the environment and nowhere else
# When a browser is used: no; auto = if an interface refuses all else; lend = only for its identity;
# yes = for all that the site's pages ask
F2_BROWSER = "auto"
F2_BROWSER_CDP = ""  # ws://… of a browser that runs, or its folder; "" = a browser of its own
F2_BROWSER_WINDOW = False  # with a window
F2_BROWSER_PATH = ""  # program of the browser; "" = the first that is found
F2_BROWSER_ARGS = ""  # more switches for it, separated by blanks
# F2_COOKIE: a cookie header for the spider's platform, read from the environment and nowhere else
F2_SANDBOX = ""  # http://127.0.0.1:PORT = all traffic goes to a sandbox; "" = the platforms

# Kinds to fetch; "" = metadata only. Also: "translation", captions in all other languages;
# "motion_photo", picture and clip of a live photo in one file, with PyAV;
# "danmaku" of Douyin's videos, one request for each 32 s.
F2_MEDIA = "video,image,live_photo,article,cover,music,desc,lyric,subtitle"
F2_RENDITION = "best"  # encoding: best, smallest, codec:h264, height<=1080 …
F2_UPGRADE = False  # fetch archived works again if a better rendition is offered
F2_NAMING = "{create}_{desc}"  # file name, without kind and suffix; / makes folders
F2_NAME_BYTES = 255  # of a name with its end, in UTF-8; 143 on shares that encrypt names
F2_PATH_CHARS = 0  # of a whole path with F2_PATH; 0 = as many as the system takes
F2_FOLDERIZE = True  # a folder for each work
F2_RENAME = False  # rename archived files if F2_NAMING has changed
F2_FILE_TIME = True  # files have the time of publication, not that of the download
F2_AFTER = ""  # a command to run for each finished work, such as "program {path}"; no shell
F2_LINK = False  # works that another list has archived lie in this list's folder, too: hard links
# Each finished file also goes to a store: s3://bucket/prefix, oss://, cos://, obs://, gcs://, azblob://,
# webdav://user@host/folder, sftp://user@host/folder, file:///folder; "" = none
F2_PUBLISH = ""
F2_PUBLISH_OPTIONS = ""  # of the store: endpoint=https://…,region=…
# F2_PUBLISH_PASSWORD: of WebDAV or SFTP, read from the environment and nowhere else
F2_KEEP_LOCAL = True  # no = delete a file on disk once the store has it, whole and compared
F2_FSYNC = True  # a final name means a complete file, even after a power failure

F2_PACE = 1.0  # seconds between two API requests of one endpoint, ± half; 0 = no pause
F2_MEDIA_CONCURRENCY = 20  # files at once
# Requests at once for one file, each for a range of 16 MiB or more, where the server allows it;
# 1 = each file in one piece
F2_RANGES = 1
F2_RATE = ""  # bytes of files per second in all, such as 2M; "" = no limit
F2_STALL = 30.0  # seconds without 1 kB until a transfer of a file is broken off and resumed
F2_RETRIES = 5  # tries after the first, for each request
F2_BACKOFF = 1.0  # seconds before the first retry; doubles each time, up to 60, with jitter

F2_LIVE_QUALITY = "origin"  # the stream to record: see f2scrapy/model/stream.py
F2_LIVE_SPLIT = ""  # a new file after 30min, 1h, 500MB, 1h,2GB; "" = only if necessary
F2_LIVE_FREE = 500.0  # MB of the disk that recordings leave free
F2_LIVE_PATIENCE = 600.0  # seconds without a picture until a room on air is given up
F2_LIVE_POLL = 60.0  # seconds between two requests of a room before its broadcast, ± half
F2_LIVE_DANMAKU = ""  # the messages of rooms beside recordings: journal, ass, xml; "" = none
F2_LIVE_REMUX = False  # convert recordings to MP4 at the end; needs PyAV or ffmpeg

F2_DANMAKU_ACCOUNT = False  # receive the messages of rooms with the account, not as a guest
F2_DANMAKU_PAYLOADS = True  # journals keep each message as it came; about twice the size
F2_DANMAKU_LANGUAGE = "auto"  # of texts in subtitles: en, zh; auto = that of the environment
F2_DANMAKU_CANVAS = ""  # of subtitles: 1080x1920; "" = the size of the video, else 1920x1080
F2_DANMAKU_SIZE = 1.0  # of letters in subtitles; 1 = a 22nd of the shorter side
F2_DANMAKU_SECONDS = 12.0  # for a text of subtitles to cross the picture
F2_DANMAKU_OPACITY = 1.0  # of texts in subtitles; 0 = not visible

F2_NOTIFY_WEBHOOK = ""  # URL for notifications, sent as JSON by POST; "" = none
F2_NOTIFY_BARK = ""  # https://api.day.app/KEY; "" = none
F2_NOTIFY_APPRISE = ""  # addresses for Apprise, such as tgram://TOKEN/CHAT, separated by blanks
F2_NOTIFY_ON = "start,end,failure,login"  # events; login = one that ends within a week

F2_EXCEL = False  # CSV with a byte order mark, and long ids as text
F2_RAW = False  # JSON feeds also hold each row as the platform sent it, without tokens
F2_REPORT = ""  # path of the run's report as JSON; "" = only the summary line
# Fetch no file and remember nothing: "formats" shows all encodings, "files" what would be fetched,
# "rows" gives rows alone; "" = fetch.
F2_PLAN = ""
F2_LANG = "auto"  # of the command f2scrapy: en, zh; auto = that of the environment
F2_PROGRESS = "auto"  # auto = bars on a terminal, lines elsewhere; bars, lines, none

# --- A request: from the engine (low numbers) to the wire (high) ----------------------------------

DOWNLOADER_MIDDLEWARES = {
    "scrapy.downloadermiddlewares.downloadtimeout.DownloadTimeoutMiddleware": 350,
    "f2scrapy.crawl.middlewares.redirect.QuietRedirectMiddleware": 600,  # of files
    "f2scrapy.crawl.middlewares.proxy.ProxyMiddleware": 750,
    "scrapy.downloadermiddlewares.stats.DownloaderStats": 850,
    "scrapy.downloadermiddlewares.httpcache.HttpCacheMiddleware": 900,
    "f2scrapy.crawl.middlewares.outcome.OutcomeMiddleware": 920,  # classify; retry or refuse
    "f2scrapy.crawl.middlewares.signing.SigningMiddleware": 950,  # prepare and sign
    "f2scrapy.crawl.middlewares.unpacking.UnpackingMiddleware": 960,  # before classification
}
# Of Scrapy's own only those above: the identity sets user agent and cookies, and outcome.py
# retries; HTML redirects and robots.txt do not apply to interfaces, F2_PACE limits the load. Scrapy
# imports middlewares that are turned off one by one, so the whole list is empty.
DOWNLOADER_MIDDLEWARES_BASE: dict[str, int] = {}
SPIDER_MIDDLEWARES_BASE = {  # each costs time for every item; the others change nothing here
    "scrapy.spidermiddlewares.start.StartSpiderMiddleware": 25,
    "scrapy.spidermiddlewares.httperror.HttpErrorMiddleware": 50,
}
DOWNLOAD_HANDLERS = {
    "http": "f2scrapy.crawl.browser.handler.DownloadHandler",
    "https": "f2scrapy.crawl.browser.handler.DownloadHandler",
}

SCHEDULER = "f2scrapy.crawl.scheduler.GatedScheduler"  # retries first
REDIRECT_MAX_TIMES = 5
RETRY_EXCEPTIONS = [  # of our handler; importing Twisted's takes a fifth of a second
    "scrapy.exceptions.CannotResolveHostError",
    "scrapy.exceptions.DownloadConnectionRefusedError",
    "scrapy.exceptions.DownloadFailedError",
    "scrapy.exceptions.DownloadTimeoutError",
    "scrapy.exceptions.ResponseDataLossError",
    OSError,  # of the machine's network
]
DOWNLOAD_TIMEOUT = 30  # seconds, for one answer; files have F2_STALL instead
DOWNLOAD_MAXSIZE = 64 * 1024 * 1024  # bytes of one answer held in memory; not of files
DOWNLOAD_WARNSIZE = 0
DOWNLOAD_VERIFY_CERTIFICATES = True

CONCURRENT_REQUESTS = 32
CONCURRENT_REQUESTS_PER_DOMAIN = 1  # of one endpoint: pages follow each other anyway
DOWNLOAD_DELAY_JITTER = 0.5
AUTOTHROTTLE_MAX_DELAY = 60  # seconds; DOWNLOAD_DELAY and others derive from F2_PACE
AUTOTHROTTLE_TARGET_CONCURRENCY = 1.0

# --- An item: from the spider to the archive ------------------------------------------------------

ITEM_PIPELINES = {
    f"{_PIPELINES}.item_filter.FilterPipeline": 100,  # of other days, kinds …: dropped
    f"{_PIPELINES}.beginning.BeginningPipeline": 150,  # create_time of a room
    f"{_PIPELINES}.folder.FolderPipeline": 200,  # the owner's folder; renamed with the nickname
    f"{_PIPELINES}.naming.NamingPipeline": 300,  # item.path, unique for each work
    f"{_PIPELINES}.links.LinksPipeline": 350,  # works of other lists: linked at the end of the run
    f"{_PIPELINES}.dedup.DedupPipeline": 400,  # archived completely: dropped
    f"{_PIPELINES}.plan.PlanPipeline": 450,  # with F2_PLAN: shown, and dropped
    f"{_PIPELINES}.media.MediaPipeline": 500,  # item.files
    f"{_PIPELINES}.live.LivePipeline": 600,  # a room, recorded to its end
    f"{_PIPELINES}.feed.FeedPipeline": 800,  # its row in each feed
    f"{_PIPELINES}.file_time.FileTimePipeline": 850,  # the time of publication
    f"{_PIPELINES}.archive.ArchivePipeline": 900,  # recorded: only files on disk
    f"{_PIPELINES}.after.AfterPipeline": 950,  # the user's command
    f"{_PIPELINES}.publish.PublishPipeline": 970,  # to the store of F2_PUBLISH
}
CONCURRENT_ITEMS = 20  # few, so that the next page is requested while files come;
# Scrapy's 100 costs a fifth of the CPU

FEED_EXPORTERS = {
    "jsonl": "f2scrapy.crawl.exporters.JsonLinesExporter",
    "jsonlines": "f2scrapy.crawl.exporters.JsonLinesExporter",
    "json": "f2scrapy.crawl.exporters.JsonExporter",
    "csv": "f2scrapy.crawl.exporters.CsvExporter",
    "jl": "f2scrapy.crawl.exporters.JsonLinesExporter",
    "parquet": "f2scrapy.crawl.exporters.KeyedExporter",  # made at the end: feed_formats.py
    "sqlite": "f2scrapy.crawl.exporters.KeyedExporter",
    "xlsx": "f2scrapy.crawl.exporters.KeyedExporter",
    "xml": "f2scrapy.crawl.xml_feed.XmlExporter",
    "marshal": None,  # Scrapy's own do not support our items
    "pickle": None,
}
FEED_STORAGES = {  # whole rows; a file is overwritten at the end
    "": "f2scrapy.crawl.feed_files.FeedFileStorage",
    "file": "f2scrapy.crawl.feed_files.FeedFileStorage",
}
FEED_EXPORT_ENCODING = "utf-8"

# --- Around it ------------------------------------------------------------------------------------

EXTENSIONS = {
    "f2scrapy.crawl.extensions.report.Report": 0,  # completeness, report, exit code
    "f2scrapy.crawl.extensions.lease.LeaseKeeper": 5,  # of an identity of the pool
    "scrapy.extensions.feedexport.FeedExporter": None,
    "f2scrapy.crawl.extensions.feeds.Feeds": 0,  # for feed.py
    "f2scrapy.crawl.extensions.progress.Progress": 10,
    "f2scrapy.crawl.extensions.notify.Notify": 20,
    "f2scrapy.crawl.extensions.log_redaction.LogRedaction": 30,  # no signed address in the log
}
WARN_ON_GENERATOR_RETURN_VALUE = False  # it parses the source of callbacks for each page
TELNETCONSOLE_ENABLED = False  # it and remote control execute code of any local user
REMOTE_CONTROL_ENABLED = False
TWISTED_REACTOR = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"

LOG_LEVEL = "INFO"
LOG_SHORT_NAMES = True
LOG_FORMATTER = "f2scrapy.crawl.extensions.log_redaction.Formatter"  # no traceback for a full disk
LOG_VERSIONS: list[str] = []
LOGSTATS_INTERVAL = 0
STATS_DUMP = False  # the report has the relevant ones
