// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/widgets/noticeline.h"

#include "app/widgets/paragraph.h"
#include "app/widgets/parts.h"
#include "app/widgets/statuslabel.h"

namespace nephele {

NoticeLine::NoticeLine(QWidget *parent)
    : QWidget(parent)
    , m_ground(makeGround(Ground::Accent))
    , m_sign(new SignDot(Sign::Failed))
    , m_words(makeParagraph({}))
    , m_action(makeButton({}, ButtonKind::Quiet))
    , m_close(makeToolButton(QStringLiteral("window-close"), tr("Close this notice")))
{
    setObjectName(QStringLiteral("notice"));
    auto *column = makeColumn(this);
    column->setContentsMargins(0, 0, 0, metric::gapSmall); // gone together with the line
    column->addWidget(m_ground);
    auto *row = makeRow(m_ground);
    // Its ground is inset like that of a row, so that its sign stands on the line of the title.
    row->setContentsMargins(metric::gapSmall, metric::gapTiny, metric::gapTiny, metric::gapTiny);
    row->addWidget(m_sign);
    row->addWidget(m_words, 1);
    row->addWidget(m_action);
    row->addWidget(m_close);
    m_close->hide();
    connect(m_action, &QPushButton::clicked, this, &NoticeLine::actionWanted);
    connect(m_close, &QToolButton::clicked, this, [this] {
        clear();
        emit closed();
    });
    clear();
}

void NoticeLine::tell(Kind kind, const QString &words, const QString &verb)
{
    setVisible(!words.isEmpty());
    m_sign->setVisible(kind != Kind::Info);
    m_sign->setSign(kind == Kind::Error ? Sign::Failed : Sign::Rescue);
    setGround(m_ground,
        kind == Kind::Error         ? Ground::Error
            : kind == Kind::Warning ? Ground::Warn
                                    : Ground::Accent);
    m_words->setText(words);
    m_action->setText(verb);
    m_action->setVisible(!verb.isEmpty());
    setAccessibleName(words);
    if (!words.isEmpty())
        announceValue(this, words);
}

QString NoticeLine::words() const
{
    return m_words->text();
}

void NoticeLine::setClosable(bool on)
{
    m_close->setVisible(on);
}

} // namespace nephele
