"""Every setting of the project, in the order a request and an item meet them.

Options of ours begin with F2_. Each can stand in f2scrapy.yaml (lower case, without F2_), in the
environment, or behind `-s`; the later wins.
"""

from f2scrapy import project_package

_SPIDERS, _PIPELINES = project_package("spiders"), project_package("pipelines")

BOT_NAME = "f2scrapy"
SPIDER_MODULES = [_SPIDERS]
NEWSPIDER_MODULE = _SPIDERS
SPIDER_LOADER_CLASS = "f2scrapy.crawl.spider_loader.SpiderLoader"
COMMANDS_MODULE = "f2scrapy.crawl.commands"
ADDONS = {"f2scrapy.crawl.addon.OptionsAddon": 0}

# --- Options of ours ------------------------------------------------------------------------------

F2_CONFIG = ""  # the user's file; "" = f2scrapy.yaml in the working directory, if there is one
F2_PATH = "Download"  # root of all files
F2_ARCHIVE = ""  # SQLite file of what was fetched; "" = F2_PATH/f2scrapy.db
F2_COOKIES = ""  # Netscape cookies.txt of a browser; "" = a guest
# F2_COOKIE: a cookie header for the spider's platform, read from the environment and nowhere else
F2_SANDBOX = ""  # http://127.0.0.1:PORT = all traffic goes to a sandbox; "" = the platforms

# Kinds to fetch; "" = metadata only. There is "translation" too: captions in all other languages.
F2_MEDIA = "video,image,live_photo,cover,music,desc,lyric,subtitle"
F2_RENDITION = "best"  # which encoding: best, smallest, codec:h264, height<=1080 …
F2_UPGRADE = False  # fetch again what is archived when a better rendition is offered
F2_NAMING = "{create}_{desc}"  # file name, without kind and suffix
F2_FOLDERIZE = True  # a folder for each work
F2_RENAME = False  # rename archived files when F2_NAMING has changed
F2_FSYNC = True  # a final name means the whole file even after a power cut

F2_PACE = 1.0  # seconds between two API requests of one endpoint, ± half; 0 = as fast as it goes
F2_MEDIA_CONCURRENCY = 16  # files at once
F2_STALL = 30.0  # seconds without a kB until a file's transfer is given up and resumed
F2_RETRIES = 5  # tries after the first, for each request
F2_BACKOFF = 1.0  # seconds before the first retry; doubles each time, up to 60, with jitter

F2_LIVE_QUALITY = "origin"  # which stream is recorded: see f2scrapy/live/quality.py
F2_LIVE_SPLIT = ""  # a new file after 30min, 1h, 500MB, 1h,2GB; "" = only where it has to be
F2_LIVE_FREE = 500.0  # MB of the disk that recordings leave alone
F2_LIVE_PATIENCE = 600.0  # seconds without a picture until a room that is on air is given up
F2_LIVE_POLL = 60.0  # seconds between two looks at a room that is waited for, ± half
F2_LIVE_REMUX = False  # recordings become MP4 in the end; needs PyAV or ffmpeg

F2_DANMAKU_ACCOUNT = False  # messages of rooms are asked for with the cookies of the account
F2_DANMAKU_PAYLOADS = True  # journals keep each message as it came, compressed: about twice the size
F2_DANMAKU_LANGUAGE = "auto"  # of the texts in subtitles: en, zh; auto = that of the environment
F2_DANMAKU_CANVAS = ""  # of subtitles: 1080x1920; "" = the size of the video, else 1920x1080
F2_DANMAKU_SIZE = 1.0  # of letters in subtitles; 1 = a 22nd of the shorter side of the picture
F2_DANMAKU_SECONDS = 12.0  # that a text of subtitles takes to cross the picture
F2_DANMAKU_OPACITY = 1.0  # of texts in subtitles; 0 = not visible

F2_NOTIFY_WEBHOOK = ""  # address that is told by a POST of JSON; "" = none
F2_NOTIFY_BARK = ""  # https://api.day.app/KEY; "" = none
F2_NOTIFY_ON = "start,end,failure"  # of a crawl or a recording

F2_RAW = False  # feeds in JSON hold each row as the platform sent it, without tokens
F2_REPORT = ""  # path of the run's report as JSON; "" = only the summary line
F2_PROGRESS = "auto"  # auto = bars on a terminal, lines elsewhere; bars, lines, none

# --- A request: from the engine (low numbers) to the wire (high) ----------------------------------

DOWNLOADER_MIDDLEWARES = {
    "scrapy.downloadermiddlewares.downloadtimeout.DownloadTimeoutMiddleware": 350,
    "f2scrapy.crawl.middlewares.redirect.QuietRedirectMiddleware": 600,  # of files
    "f2scrapy.crawl.middlewares.proxy.ProxyMiddleware": 750,
    "scrapy.downloadermiddlewares.stats.DownloaderStats": 850,
    "scrapy.downloadermiddlewares.httpcache.HttpCacheMiddleware": 900,
    "f2scrapy.crawl.middlewares.outcome.OutcomeMiddleware": 920,  # what did it really say; retry, refuse
    "f2scrapy.crawl.middlewares.signing.SigningMiddleware": 950,  # dress and sign, last before the wire
    "f2scrapy.crawl.middlewares.unpacking.UnpackingMiddleware": 960,  # before it is judged
}
# Of Scrapy's own only those above: the identity sets user agent and cookies, outcome.py retries,
# nothing we ask leads by HTML or is named in robots.txt: politeness is F2_PACE. Turned off one by
# one they would be loaded all the same.
DOWNLOADER_MIDDLEWARES_BASE: dict[str, int] = {}
SPIDER_MIDDLEWARES_BASE = {  # each stands before every item, and has no say in what we ask
    "scrapy.spidermiddlewares.start.StartSpiderMiddleware": 25,
    "scrapy.spidermiddlewares.httperror.HttpErrorMiddleware": 50,
}
DOWNLOAD_HANDLERS = {
    "http": "f2scrapy.crawl.download_handler.TransportHandler",
    "https": "f2scrapy.crawl.download_handler.TransportHandler",
}

REDIRECT_MAX_TIMES = 5
RETRY_EXCEPTIONS = [  # what our handler raises; loading Twisted's as well takes a fifth of a second
    "scrapy.exceptions.CannotResolveHostError",
    "scrapy.exceptions.DownloadConnectionRefusedError",
    "scrapy.exceptions.DownloadFailedError",
    "scrapy.exceptions.DownloadTimeoutError",
    "scrapy.exceptions.ResponseDataLossError",
    OSError,  # what the machine says of its network
]
DOWNLOAD_TIMEOUT = 30  # seconds, for one answer; files have F2_STALL instead
DOWNLOAD_MAXSIZE = 64 * 1024 * 1024  # bytes of one answer held in memory; files have no limit
DOWNLOAD_WARNSIZE = 0
DOWNLOAD_VERIFY_CERTIFICATES = True

CONCURRENT_REQUESTS = 32
CONCURRENT_REQUESTS_PER_DOMAIN = 1  # of one endpoint: pages follow each other anyway
DOWNLOAD_DELAY_JITTER = 0.5
AUTOTHROTTLE_MAX_DELAY = 60  # seconds; DOWNLOAD_DELAY and the rest follow from F2_PACE
AUTOTHROTTLE_TARGET_CONCURRENCY = 1.0

# --- An item: from the spider to the archive ------------------------------------------------------

ITEM_PIPELINES = {
    f"{_PIPELINES}.interval.IntervalPipeline": 100,  # published in other days: dropped
    f"{_PIPELINES}.beginning.BeginningPipeline": 150,  # a room's create_time, told elsewhere
    f"{_PIPELINES}.folder.FolderPipeline": 200,  # the owner's folder; renamed with the nickname
    f"{_PIPELINES}.naming.NamingPipeline": 300,  # item.path; two works never share one
    f"{_PIPELINES}.dedup.DedupPipeline": 400,  # archived whole: dropped
    f"{_PIPELINES}.media.MediaPipeline": 500,  # item.files
    f"{_PIPELINES}.live.LivePipeline": 600,  # a room, recorded until it is over
    f"{_PIPELINES}.feed.FeedPipeline": 800,  # its row in each feed
    f"{_PIPELINES}.archive.ArchivePipeline": 900,  # remembered: only what is on disk
}
CONCURRENT_ITEMS = 20  # of one page, so the next is asked for while the files of this one come;
# Scrapy's 100 costs a fifth of the CPU

FEED_EXPORTERS = {
    "jsonl": "f2scrapy.crawl.exporters.JsonLinesExporter",
    "jsonlines": "f2scrapy.crawl.exporters.JsonLinesExporter",
    "json": "f2scrapy.crawl.exporters.JsonExporter",
    "csv": "f2scrapy.crawl.exporters.CsvExporter",
    "jl": None,  # Scrapy's own know nothing of our items
    "xml": None,
    "marshal": None,
    "pickle": None,
}
FEED_EXPORT_ENCODING = "utf-8"

# --- Around it ------------------------------------------------------------------------------------

EXTENSIONS = {
    "f2scrapy.crawl.extensions.report.Report": 0,  # completeness, report, exit code
    "scrapy.extensions.feedexport.FeedExporter": None,
    "f2scrapy.crawl.extensions.feeds.Feeds": 0,  # what feed.py writes to
    "f2scrapy.crawl.extensions.progress.Progress": 10,
    "f2scrapy.crawl.extensions.notify.Notify": 20,
    "f2scrapy.crawl.extensions.log_redaction.Discretion": 30,  # no signed address in the log
    "scrapy.extensions.telnet.TelnetConsole": None,
}
WARN_ON_GENERATOR_RETURN_VALUE = False  # it parses the source of callbacks, page by page
TELNETCONSOLE_ENABLED = False  # it and remote control execute code for anybody on localhost
REMOTE_CONTROL_ENABLED = False
TWISTED_REACTOR = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"

LOG_LEVEL = "INFO"
LOG_SHORT_NAMES = True
LOG_FORMATTER = "f2scrapy.crawl.extensions.log_redaction.Formatter"  # no traceback for a full disk
LOG_VERSIONS: list[str] = []
LOGSTATS_INTERVAL = 0
STATS_DUMP = False  # the report has what people look for
